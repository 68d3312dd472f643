#!/usr/bin/env bash
# Builds the images of the sample shop and loads them into the kind cluster.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<TEXT
Builds the images that a leaf folder names (weft-shop/…) and loads them into the kind cluster.

  scripts/kind/images.sh [--name NAME] [--list] [FOLDER]

  --name NAME  name of the kind cluster (default: weft, or \$WEFT_KIND_CLUSTER)
  --list       only say which images there are and what they are built from
  FOLDER       leaf folder (default: dist/microservices/dev)
TEXT
}

list=''
while [[ $# -gt 0 ]]; do
  case "$1" in
    --name) cluster="$(value "$@")"; shift 2 ;;
    --list) list=1 && shift ;;
    -h | --help) usage && exit 0 ;;
    -*) fail 2 "unknown flag \"$1\". See --help" ;;
    *) take_folder "$1"; shift ;;
  esac
done
folder="${folder:-$root/dist/microservices/dev}"
manifests="$(documents "$folder")"
images="$(awk '$1 == "image:" || ($1 == "-" && $2 == "image:") { gsub(/["\047]/, "", $NF); print $NF }' <<<"$manifests" |
  { grep '^weft-shop/' || true; } | sort -u)"
[[ -n "$images" ]] || fail 1 "no manifest in $folder names an image weft-shop/…: there is nothing to build"
if grep -q '@' <<<"$images"; then
  fail 2 "$folder names images by digest, which only a registry can serve. kind runs the manifests of dist/microservices/dev"
fi

# The folder of a service: apps/order for order-service, apps/gateway for api-gateway.
folder_of() {
  local service="$1" name
  for name in "$service" "${service%-service}" "${service#api-}"; do
    if [[ -f "$root/apps/$name/main.ts" ]]; then
      printf '%s' "$name"
      return
    fi
  done
}

missing=''
ready=()
while read -r image; do
  service="${image#weft-shop/}"
  service="${service%%:*}"
  source="$(folder_of "$service")"
  if [[ -z "$source" ]]; then
    missing+=" $image"
    say "$image: there is no apps/${service%-service}/main.ts, so this image cannot be built"
  else
    printf '%s apps/%s\n' "$image" "$source"
    ready+=("$image $source")
  fi
done <<<"$images"

if [[ -z "$list" && ${#ready[@]} -gt 0 ]]; then
  need docker 'https://docs.docker.com/get-docker'
  need kind 'https://kind.sigs.k8s.io'
  for line in "${ready[@]}"; do
    image="${line% *}"
    docker build --tag "$image" --file "$root/apps/Dockerfile" --build-arg "SERVICE=${line#* }" \
      --build-arg "VERSION=${image##*:}" "$root"
    kind load docker-image --name "$cluster" "$image"
  done
fi
[[ -z "$missing" ]] || fail 1 "not built:$missing. Pods of these images will wait in ImagePullBackOff"
