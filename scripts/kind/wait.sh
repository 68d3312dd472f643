#!/usr/bin/env bash
# Waits until the workloads of a leaf folder are rolled out.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<TEXT
Waits until every Deployment, StatefulSet and DaemonSet of a leaf folder is rolled out.

  scripts/kind/wait.sh [--context CONTEXT] [--timeout SECONDS] FOLDER

  --context CONTEXT  context of your kubeconfig (default: kind-weft)
  --timeout SECONDS  for all of them together (default: 300)
TEXT
}

timeout=300
while [[ $# -gt 0 ]]; do
  case "$1" in
    --context) context="$(value "$@")"; shift 2 ;;
    --timeout) timeout="$(value "$@")"; shift 2 ;;
    -h | --help) usage && exit 0 ;;
    -*) fail 2 "unknown flag \"$1\". See --help" ;;
    *) take_folder "$1"; shift ;;
  esac
done
need_folder
need_seconds --timeout "$timeout"
documents "$folder" >/dev/null

use_context
wait_for "$folder" "$timeout"
