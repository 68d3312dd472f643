#!/usr/bin/env bash
# Applies a leaf folder in an order in which no request is lost and no pod starts outside the mesh.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<TEXT
Applies a leaf folder by server-side apply: namespaces, then everything that pods need, then the workloads; and when
these are ready, the routes that send traffic to them.

  scripts/kind/apply.sh [--context CONTEXT] [--dev-secrets] [--no-wait] [--timeout SECONDS] [--force-conflicts] FOLDER

  --context CONTEXT    context of your kubeconfig (default: kind-weft)
  --dev-secrets        make the Secrets that are missing, with random values and those of
                       dev-secrets.txt: for a cluster that you will throw away
  --no-wait            do not wait for the workloads; routes follow at once
  --timeout SECONDS    how long to wait for all workloads together (default: 300)
  --force-conflicts    take over fields that somebody else owns, such as the weights of a running canary
  --gateway-namespace  where the pods of the ingress gateway, and so its certificates, are (default: istio-system)
TEXT
}

dev_secrets='' wait=1 timeout=300 gateway_namespace=istio-system
options=()
scratch=''
trap '[[ -z "$scratch" ]] || rm -rf "$scratch"' EXIT
while [[ $# -gt 0 ]]; do
  case "$1" in
    --context) context="$(value "$@")"; shift 2 ;;
    --dev-secrets) dev_secrets=1 && shift ;;
    --no-wait) wait='' && shift ;;
    --timeout) timeout="$(value "$@")"; shift 2 ;;
    --force-conflicts) options+=(--force-conflicts) && shift ;;
    --gateway-namespace) gateway_namespace="$(value "$@")"; shift 2 ;;
    -h | --help) usage && exit 0 ;;
    -*) fail 2 "unknown flag \"$1\". See --help" ;;
    *) take_folder "$1"; shift ;;
  esac
done
need_folder
need_seconds --timeout "$timeout"
manifests="$(documents "$folder")"

use_context
if grep -q '^apiVersion: .*\.istio\.io/' <<<"$manifests"; then
  known="$(kube api-resources --api-group=networking.istio.io -o name)"
  grep -qxF virtualservices.networking.istio.io <<<"$known" ||
    fail 3 "the cluster of context \"$context\" has no Istio. Install it: scripts/kind/up.sh --context $context"
fi

# stage NAME MANIFESTS: applies one part; a part without objects is left out.
stage() {
  [[ -n "$2" ]] || return 0
  say "$1"
  printf '%s\n' "$2" | kube_apply ${options[@]+"${options[@]}"} ||
    fail 1 "$1: the cluster refused some of it, see above. On a conflict somebody else owns the field (a canary owns weights while it runs): wait for it, or --force-conflicts. A Job cannot be changed: delete it first"
}

# Which Secrets the workloads mount, as "namespace name key" (key "-": none is known), from what they mount and from the
# variables that name a file in such a mount.
# shellcheck disable=SC2016 # $ belongs to the Go template
readonly SECRETS='
{{- $namespace := .metadata.namespace -}}
{{- $template := .spec.template -}}
{{- if eq .kind "CronJob" -}}{{- $template = .spec.jobTemplate.spec.template -}}{{- end -}}
{{- $pod := $template.spec -}}
{{- range $pod.imagePullSecrets -}}{{$namespace}} {{.name}} .dockerconfigjson{{"\n"}}{{- end -}}
{{- range $volume := $pod.volumes -}}
  {{- with $volume.secret -}}
    {{- if not .optional -}}
      {{$namespace}} {{.secretName}} -{{"\n"}}
      {{- $secret := .secretName -}}
      {{- range .items -}}{{$namespace}} {{$secret}} {{.key}}{{"\n"}}{{- end -}}
      {{- range $container := $pod.containers -}}{{- range $mount := .volumeMounts -}}{{- if eq $mount.name $volume.name -}}
        {{- range $container.env -}}{{- if .value -}}FILE {{$namespace}} {{$secret}} {{$mount.mountPath}} {{.value}}{{"\n"}}{{- end -}}{{- end -}}
      {{- end -}}{{- end -}}{{- end -}}
      {{- range $container := $pod.initContainers -}}{{- range $mount := .volumeMounts -}}{{- if eq $mount.name $volume.name -}}
        {{- range $container.env -}}{{- if .value -}}FILE {{$namespace}} {{$secret}} {{$mount.mountPath}} {{.value}}{{"\n"}}{{- end -}}{{- end -}}
      {{- end -}}{{- end -}}{{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}'

# shellcheck disable=SC2016
readonly CERTIFICATES='{{range .spec.servers}}{{$hosts := .hosts}}{{with .tls}}{{with .credentialName}}{{.}}{{range $hosts}} {{.}}{{end}}{{"\n"}}{{end}}{{end}}{{end}}'

# "namespace name key", one a line.
wanted_secrets() {
  local first second third fourth fifth
  of_kind "$WORKLOADS" <<<"$manifests" | facts "$SECRETS" |
    while read -r first second third fourth fifth; do
      if [[ "$first" != FILE ]]; then
        printf '%s %s %s\n' "$first" "$second" "$third"
      elif [[ "$fifth" == "$fourth"/* && "${fifth#"$fourth"/}" != */* ]]; then
        printf '%s %s %s\n' "$second" "$third" "${fifth#"$fourth"/}"
      fi
    done | sort -u
}

random_value() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# keys_of NAMESPACE NAME: the keys of a Secret, one a line; fails when there is none of that name.
keys_of() {
  # shellcheck disable=SC2016
  kube -n "$1" get secret "$2" -o 'go-template={{range $key, $value := .data}}{{$key}}{{"\n"}}{{end}}' </dev/null 2>/dev/null
}

recipes() { grep -Ev '^(#|$)' "$here/dev-secrets.txt"; }

# dev_value NAMESPACE NAME KEY: what --dev-secrets puts there; fails when it cannot know.
dev_value() {
  local how='' rest='' reference value
  read -r how rest < <(recipes | awk -v name="$2" -v key="$3" '$1 == name && $2 == key { sub(/^[^ ]+ +[^ ]+ +/, ""); print }') || true
  case "$how" in
    file) cat "$root/$rest" ;;
    text)
      rest="$(printf '%b' "$rest")"
      while [[ "$rest" =~ \{([a-z0-9.-]+)/([A-Za-z0-9._-]+)\} ]]; do
        reference="${BASH_REMATCH[0]}"
        value="$(value_of "$1" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}")" || return 1
        printf '%s%s' "${rest%%"$reference"*}" "$value"
        rest="${rest#*"$reference"}"
      done
      printf '%s\n' "$rest"
      ;;
    '')
      # A name with an ending, or an address, has a form that random letters do not have.
      [[ ! "$3" =~ \.|[Uu][Rr][IiLl] ]] || return 1
      random_value
      ;;
    *) fail 4 "dev-secrets.txt: \"$how\" is neither file nor text" ;;
  esac
}

# value_of NAMESPACE NAME KEY: a value that the cluster has already.
value_of() {
  local encoded
  encoded="$(kube -n "$1" get secret "$2" -o "go-template={{index .data \"$3\"}}" </dev/null 2>/dev/null)" || return 1
  printf '%s' "$encoded" | base64 -d
}

# make_secret NAMESPACE NAME KEY…: values go to the cluster by stdin, never by a command line that others can read.
make_secret() {
  local namespace="$1" name="$2" key data='' value
  shift 2
  [[ $# -gt 0 ]] || return 1
  for key in "$@"; do
    # The x keeps new lines at the end of a value.
    value="$(dev_value "$namespace" "$name" "$key" && printf x)" || return 1
    data+="$(printf '  "%s": %s' "$key" "$(printf '%s' "${value%x}" | base64 | tr -d '\n')")"$'\n'
  done
  {
    printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  namespace: %s\n' "$name" "$namespace"
    printf '  annotations:\n    weftmesh/dev-secret: "made by scripts/kind/apply.sh --dev-secrets"\ndata:\n%s' "$data"
  } | kube create -f - >&2
}

# Each missing Secret is named once, with the command that makes it.
check_secrets() {
  local wanted secrets certificates hosts namespace name key keys there missing=0
  wanted="$(wanted_secrets)"
  certificates="$(of_kind Gateway <<<"$manifests" | facts "$CERTIFICATES" | sort -u)"
  # Those whose recipe needs the value of another come last.
  secrets="$(awk '{ print $1, $2 }' <<<"$wanted" | sort -u |
    awk 'FNR == NR { if (/[{]/) last[$1] = 1; next } { print (($2 in last) ? 1 : 0), $1, $2 }' <(recipes) - | sort)"
  while read -r _ namespace name; do
    [[ -n "$name" ]] || continue
    keys="$({
      awk -v n="$namespace" -v s="$name" '$1 == n && $2 == s && $3 != "-" { print $3 }' <<<"$wanted"
      recipes | awk -v s="$name" '$1 == s { print $2 }'
    } | sort -u)"
    if there="$(keys_of "$namespace" "$name")"; then
      for key in $keys; do
        grep -qxF -- "$key" <<<"$there" && continue
        say "Secret $namespace/$name has no key \"$key\", which a pod reads. Add it: kubectl --context $context -n $namespace edit secret $name"
        missing=$((missing + 1))
      done
      continue
    fi
    # shellcheck disable=SC2086 # keys are words
    if [[ -n "$dev_secrets" ]] && make_secret "$namespace" "$name" $keys; then continue; fi
    missing=$((missing + 1))
    say "Secret $namespace/$name is missing. Make it:"
    say "  kubectl --context $context -n $namespace create secret generic $name$(for key in ${keys:-KEY}; do printf ' --from-file=%s=FILE' "$key"; done)"
    if [[ -n "$dev_secrets" ]]; then say "  (--dev-secrets cannot make up its value: add it to $here/dev-secrets.txt)"; fi
  done <<<"$secrets"

  while read -r name hosts; do
    [[ -n "$name" ]] || continue
    if keys_of "$gateway_namespace" "$name" >/dev/null; then continue; fi
    if [[ -n "$dev_secrets" ]]; then
      make_certificate "$name" "$hosts"
      continue
    fi
    missing=$((missing + 1))
    say "Secret $gateway_namespace/$name, the certificate of the gateway's hosts ($hosts), is missing. Make it:"
    say "  kubectl --context $context -n $gateway_namespace create secret tls $name --cert=FILE --key=FILE"
  done <<<"$certificates"

  [[ "$missing" -eq 0 ]] || fail 1 "$missing Secrets or keys are missing, and pods would wait for them for ever: nothing but namespaces was applied. For a throw-away cluster: --dev-secrets"
}

# make_certificate NAME "HOST…": self-signed, so browsers will warn.
make_certificate() {
  local name="$1" host names=''
  need openssl 'your system'"'"'s packages'
  for host in $2; do names+="${names:+,}DNS:${host#*/}"; done
  scratch="${scratch:-$(mktemp -d)}"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$name" \
    -addext "subjectAltName=$names" -keyout "$scratch/tls.key" -out "$scratch/tls.crt" >/dev/null 2>&1 ||
    fail 1 "openssl could not make a certificate for $names"
  kube -n "$gateway_namespace" create secret tls "$name" --cert="$scratch/tls.crt" --key="$scratch/tls.key" </dev/null >&2
}

stage 'namespaces' "$(of_kind Namespace <<<"$manifests")"
check_secrets
stage 'configuration and policies' "$(not_of_kind "Namespace VirtualService $WORKLOADS" <<<"$manifests")"
stage 'workloads' "$(of_kind "$WORKLOADS" <<<"$manifests")"
if [[ -n "$wait" ]]; then wait_for "$folder" "$timeout"; fi
stage 'routes' "$(of_kind VirtualService <<<"$manifests")"
say "applied $folder. Objects that it no longer has: scripts/kind/prune.sh --context $context $folder"
