# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are read by those who source this
# What the commands of this folder share. It is sourced, never run.
#
# Exit codes: 0 fine; 1 the answer is no (something is missing); 2 wrong usage; 3 no cluster, or it took too long;
# 4 a fault of these scripts.

readonly MANAGED_BY='app.kubernetes.io/managed-by=weft'
readonly PART_OF='app.kubernetes.io/part-of'
readonly WORKLOADS='Deployment StatefulSet DaemonSet Job CronJob'

cluster="${WEFT_KIND_CLUSTER:-weft}"
context=''
folder=''
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
readonly here root

say() { printf '%s\n' "$*" >&2; }

# fail CODE MESSAGE…: the message says what, why and how to fix, and that is the end.
fail() {
  local code="$1"
  shift
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit "$code"
}

# need COMMAND WHERE-FROM
need() {
  command -v "$1" >/dev/null 2>&1 || fail 3 "the command $1 is not on PATH. Get it from $2"
}

# value FLAG [VALUE]: the value of a flag, or an end with wrong usage.
value() {
  [[ $# -ge 2 && -n "$2" ]] || fail 2 "$1 needs a value"
  printf '%s' "$2"
}

# take_folder ARGUMENT: the one leaf folder of a command line.
take_folder() {
  [[ -z "$folder" ]] || fail 2 "one folder at a time, not \"$folder\" and \"$1\""
  folder="$1"
}

need_folder() {
  [[ -n "$folder" ]] || fail 2 'which folder? Name a leaf folder of dist, such as dist/microservices/dev'
}

# need_seconds FLAG NUMBER
need_seconds() {
  [[ "$2" =~ ^[1-9][0-9]*$ ]] || fail 2 "$1 is a number of seconds, not \"$2\""
}

# Answers whether kind knows the cluster. (Its whole answer is read: a reader that stops early would make kind fail.)
is_cluster() {
  local clusters
  clusters="$(kind get clusters 2>&1)" || fail 3 "kind does not answer; is the container engine running? $clusters"
  grep -qxF "$1" <<<"$clusters"
}

# The context that all commands talk to: that of our kind cluster, never just the one that happens to be current.
use_context() {
  need kubectl 'https://kubernetes.io/docs/tasks/tools'
  context="${context:-kind-$cluster}"
  kubectl config get-contexts "$context" >/dev/null 2>&1 ||
    fail 3 "your kubeconfig has no context \"$context\". Make the cluster with scripts/kind/up.sh, or name another with --context"
  kube version --request-timeout=10s >/dev/null 2>&1 ||
    fail 3 "the cluster of context \"$context\" does not answer. See: kubectl --context $context version"
}

kube() { kubectl --context "$context" "$@"; }

# Applies YAML from stdin as field manager "weft".
kube_apply() { kube apply --server-side --field-manager=weft "$@" -f -; }

# Prints the manifests of a leaf folder as one stream of documents.
documents() {
  local file found=''
  [[ -d "$1" ]] || fail 2 "$1 is no folder. Name a leaf folder of dist, such as dist/microservices/dev"
  for file in "$1"/*.yaml; do
    [[ -f "$file" ]] || continue
    found=1
    printf -- '---\n'
    cat "$file"
    printf '\n'
  done
  [[ -n "$found" ]] || fail 2 "$1 holds no *.yaml. Write it with: npm start"
}

# of_kind "A B": lets those documents pass whose kind is among these. `not_of_kind` lets the others pass.
# Documents are found by the lines that synth writes: `---`, and `kind:` at the start of a line.
of_kind() { filter_kinds 1 "$1"; }
not_of_kind() { filter_kinds 0 "$1"; }
filter_kinds() {
  awk -v wanted="$1" -v kinds="$2" '
    function flush() {
      if (kind != "" && (kind in set) == wanted) printf "---\n%s", text
      text = ""; kind = ""
    }
    BEGIN { count = split(kinds, list, " "); for (i = 1; i <= count; i++) set[list[i]] = 1 }
    /^---[ \t]*$/ { flush(); next }
    /^kind:/ { kind = $2; gsub(/["\047]/, "", kind) }
    { text = text $0 "\n" }
    END { flush() }'
}

# facts TEMPLATE: reads manifests on stdin and prints what a Go template of kubectl makes of each object.
# Nothing is stored; the server only tells kubectl which kinds there are.
facts() {
  local manifests
  manifests="$(cat)"
  [[ -n "$manifests" ]] || return 0
  printf '%s\n' "$manifests" | kube create --dry-run=client -f - -o "go-template=$1"
}

# The namespaces that a leaf folder speaks of, one a line.
namespaces_of() {
  # shellcheck disable=SC2016 # $ belongs to the Go template
  documents "$1" | facts '{{if eq .kind "Namespace"}}{{.metadata.name}}{{else}}{{with .metadata.namespace}}{{.}}{{end}}{{end}}{{"\n"}}' |
    grep -v '^$' | sort -u
}

# "Kind namespace name" of the workloads of a leaf folder that can be waited for.
rollouts_of() {
  documents "$1" | of_kind 'Deployment StatefulSet DaemonSet' |
    facts '{{.kind}} {{.metadata.namespace}} {{.metadata.name}}{{"\n"}}'
}

# wait_for FOLDER TIMEOUT: until every Deployment, StatefulSet and DaemonSet of the folder is rolled out.
wait_for() {
  local kind namespace name list failed=0 looked=0 end
  list="$(rollouts_of "$1")"
  end=$((SECONDS + $2))
  while read -r kind namespace name; do
    [[ -n "$kind" ]] || continue
    looked=$((looked + 1))
    local left=$((end - SECONDS))
    if ! kube -n "$namespace" rollout status "$kind/$name" --timeout="$((left > 1 ? left : 1))s" </dev/null >&2; then
      say "not ready: $kind $namespace/$name. See: kubectl --context $context -n $namespace describe pods; kubectl --context $context -n $namespace get events"
      failed=$((failed + 1))
    fi
  done <<<"$list"
  [[ "$failed" -eq 0 ]] || fail 3 "$failed of $looked workloads were not ready within $2 seconds"
  say "$looked workloads are ready"
}

# The mesh that the objects of a folder are part of. Exactly one, or pruning would not know what is its own.
mesh_of() {
  local names
  names="$(documents "$1" | facts "{{with .metadata.labels}}{{with index . \"$PART_OF\"}}{{.}}{{\"\\n\"}}{{end}}{{end}}" | sort -u)"
  [[ -n "$names" ]] || fail 2 "no object in $1 has the label $PART_OF. Was it written by weft?"
  [[ "$(wc -l <<<"$names")" -eq 1 ]] || fail 2 "the objects in $1 belong to several meshes ($(tr '\n' ' ' <<<"$names")). Name one leaf folder"
  printf '%s' "$names"
}
