#!/usr/bin/env bash
# Deletes objects of the mesh that a leaf folder no longer has.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<TEXT
Names the objects that weft made for this mesh and that the leaf folder no longer has; with --yes it deletes them.
Looked at are the kinds that weft writes, in the folder's namespaces. Never deleted: namespaces, Secrets,
volume claims (data!), and what a controller made.

  scripts/kind/prune.sh [--context CONTEXT] [--all-namespaces] [--yes] FOLDER

  --context CONTEXT  context of your kubeconfig (default: kind-weft)
  --all-namespaces   also in namespaces that the folder does not name. Only when no other environment of this mesh
                     lives in the cluster: its objects would be deleted
  --yes              delete
TEXT
}

# By full name, so that nobody else's "gateways" is meant.
readonly RESOURCES='
configmaps services serviceaccounts
deployments.apps statefulsets.apps daemonsets.apps jobs.batch cronjobs.batch
horizontalpodautoscalers.autoscaling poddisruptionbudgets.policy networkpolicies.networking.k8s.io
virtualservices.networking.istio.io destinationrules.networking.istio.io gateways.networking.istio.io
serviceentries.networking.istio.io sidecars.networking.istio.io envoyfilters.networking.istio.io
peerauthentications.security.istio.io authorizationpolicies.security.istio.io
requestauthentications.security.istio.io telemetries.telemetry.istio.io'

all_namespaces='' yes=''
while [[ $# -gt 0 ]]; do
  case "$1" in
    --context) context="$(value "$@")"; shift 2 ;;
    --all-namespaces) all_namespaces=1 && shift ;;
    --yes) yes=1 && shift ;;
    -h | --help) usage && exit 0 ;;
    -*) fail 2 "unknown flag \"$1\". See --help" ;;
    *) take_folder "$1"; shift ;;
  esac
done
need_folder
documents "$folder" >/dev/null

use_context
mesh="$(mesh_of "$folder")"

# Group and kind, not version: the server answers in the version it likes best.
# shellcheck disable=SC2016
readonly IDENTITY='{{.apiVersion}} {{.kind}} {{with .metadata.namespace}}{{.}}{{else}}-{{end}} {{.metadata.name}}{{"\n"}}'
without_version() { awk '{ if ($1 !~ /\//) $1 = "core"; sub(/\/.*/, "", $1); print }'; }

kept="$(documents "$folder" | facts "$IDENTITY" | without_version | sort -u)"
[[ -n "$kept" ]] || fail 2 "$folder has no objects: pruning by it would delete everything"

known="$(kube api-resources --verbs=list --namespaced -o name)"
resources=''
for resource in $RESOURCES; do
  # The core group has no dot in its names.
  if grep -qxF "$resource" <<<"$known"; then resources+="${resources:+,}$resource"; fi
done

there() {
  kube get "$resources" "$@" -l "$MANAGED_BY,$PART_OF=$mesh" -o "go-template={{range .items}}{{if not .metadata.ownerReferences}}$IDENTITY{{end}}{{end}}"
}
if [[ -n "$all_namespaces" ]]; then
  found="$(there --all-namespaces)"
else
  found=''
  while read -r namespace; do found+="$(there -n "$namespace")"$'\n'; done < <(namespaces_of "$folder")
fi
gone="$(comm -13 <(printf '%s\n' "$kept") <(grep -v '^$' <<<"$found" | without_version | sort -u) || true)"

count=0
while read -r group kind namespace name; do
  [[ -n "$kind" ]] || continue
  count=$((count + 1))
  if [[ -n "$yes" ]]; then
    type="$kind"
    [[ "$group" == core ]] || type="$kind.$group"
    kube -n "$namespace" delete "$type" "$name" --wait=false </dev/null >&2
  fi
  printf '%s %s %s/%s\n' "$([[ -n "$yes" ]] && echo deleted || echo 'would delete')" "$kind" "$namespace" "$name"
done <<<"$gone"

looked="$(grep -cv '^$' <<<"$found" || true)"
say "mesh \"$mesh\": looked at $looked objects, $count of them are not in $folder"
if [[ "$count" -gt 0 && -z "$yes" ]]; then say 'Nothing was deleted. Add --yes to delete them'; fi
