#!/usr/bin/env bash
# Deletes the kind cluster, with everything in it.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<TEXT
Deletes the kind cluster that up.sh made, with everything in it. Other clusters are not touched.

  scripts/kind/down.sh [--name NAME]

  --name NAME  name of the kind cluster (default: weft, or \$WEFT_KIND_CLUSTER)
TEXT
}

while [[ $# -gt 0 ]]; do
  case "$1" in
    --name) cluster="$(value "$@")"; shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) fail 2 "unknown argument \"$1\". See --help" ;;
  esac
done

need kind 'https://kind.sigs.k8s.io'
if ! is_cluster "$cluster"; then
  say "there is no kind cluster \"$cluster\""
  exit 0
fi
kind delete cluster --name "$cluster"
