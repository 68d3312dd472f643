#!/usr/bin/env bash
# Makes a kind cluster with Istio (istio-cni, ingress gateway) and Prometheus. May be run again.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<TEXT
Makes a kind cluster with Istio and Prometheus; what is there already is kept.

  scripts/kind/up.sh [--name NAME] [--registry-only] [--no-prometheus]
  scripts/kind/up.sh --context CONTEXT [--registry-only] [--no-prometheus]

  --name NAME        name of the kind cluster (default: weft, or \$WEFT_KIND_CLUSTER)
  --context CONTEXT  no new cluster: install Istio into the one of this context
  --registry-only    sidecars let nothing out of the mesh that no ServiceEntry names
  --no-prometheus    without Prometheus; canaries then have no metrics to judge by
TEXT
}

registry_only='' prometheus=1
while [[ $# -gt 0 ]]; do
  case "$1" in
    --name) cluster="$(value "$@")"; shift 2 ;;
    --context) context="$(value "$@")"; shift 2 ;;
    --registry-only) registry_only=1 && shift ;;
    --no-prometheus) prometheus='' && shift ;;
    -h | --help) usage && exit 0 ;;
    *) fail 2 "unknown argument \"$1\". See --help" ;;
  esac
done

readonly ISTIO_MINOR='1.31'

need istioctl "https://istio.io/latest/docs/setup/getting-started (Istio $ISTIO_MINOR)"
if [[ -z "$context" ]]; then
  need docker 'https://docs.docker.com/get-docker (podman works too, with KIND_EXPERIMENTAL_PROVIDER=podman)'
  need kind 'https://kind.sigs.k8s.io (0.30 or newer)'
  need kubectl 'https://kubernetes.io/docs/tasks/tools'
  if is_cluster "$cluster"; then
    say "the kind cluster \"$cluster\" is there already"
  else
    kind create cluster --name "$cluster" --config "$here/kind.yaml" --wait 120s
  fi
fi
use_context

istio_version="$(istioctl version --remote=false --short 2>/dev/null || true)"
case "$istio_version" in
  *"$ISTIO_MINOR".*) ;;
  *) say "note: istioctl says \"$istio_version\"; the manifests are tested with Istio $ISTIO_MINOR" ;;
esac

settings=()
if [[ -n "$registry_only" ]]; then settings+=(--set meshConfig.outboundTrafficPolicy.mode=REGISTRY_ONLY); fi
istioctl --context "$context" install --skip-confirmation -f "$here/istio.yaml" ${settings[@]+"${settings[@]}"}

if [[ -n "$prometheus" ]]; then
  # A release of Istio has its samples beside bin/istioctl; else they come from the branch of the same version.
  addon="$(dirname "$(command -v istioctl)")/../samples/addons/prometheus.yaml"
  [[ -f "$addon" ]] || addon="https://raw.githubusercontent.com/istio/istio/release-$ISTIO_MINOR/samples/addons/prometheus.yaml"
  kube apply --server-side --field-manager=weft-kind -f "${WEFT_PROMETHEUS_ADDON:-$addon}"
  kube -n istio-system rollout status deployment/prometheus --timeout=180s || fail 3 'Prometheus is not ready within 180 seconds'
fi
say "ready: context $context. Next: scripts/kind/images.sh, scripts/kind/apply.sh --dev-secrets dist/microservices/dev"
