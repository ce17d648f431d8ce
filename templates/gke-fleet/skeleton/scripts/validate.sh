#!/usr/bin/env bash
# Builds every kustomization as Flux does and checks each object against its schema, strictly. Needs Go, whose
# checksum database vouches for the tools; schemas are read at a fixed commit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

KUSTOMIZE=sigs.k8s.io/kustomize/kustomize/v5@v5.8.2
KUBECONFORM=github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
KUBERNETES_VERSION=1.34.0
# Of Flux, Contour, cert-manager, Flagger and others
CATALOG_COMMIT=7b1e26ef9deea49293714d204c1a2270aab1178f
CATALOG="https://raw.githubusercontent.com/datreeio/CRDs-catalog/$CATALOG_COMMIT"
# Where schemas are, separated by spaces. Name others in the environment where there is no network.
DEFAULT_LOCATIONS="default $CATALOG/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"
read -ra LOCATIONS <<< "${SCHEMA_LOCATIONS:-$DEFAULT_LOCATIONS}"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Their versions are part of what is checked, so what is installed on this machine is left alone.
install_tools() {
  export GOBIN="$work/bin"
  go install "$KUSTOMIZE"
  go install "$KUBECONFORM"
  PATH="$GOBIN:$PATH"
}

# A folder without a kustomization is what all manifests below make: that is how Flux takes apps/ and clusters/.
build() {
  local folder="$1" out="$2" copy
  if [ -e "$folder/kustomization.yaml" ]; then
    kustomize build "$folder" > "$out"
    return
  fi
  copy="$work/copy/$folder"
  mkdir -p "$copy"
  cp -R "$folder/." "$copy"
  (
    cd "$copy" &&
      kustomize create --autodetect --recursive &&
      # Nothing there yet is no mistake.
      { ! grep -q '^resources:' kustomization.yaml || kustomize build .; }
  ) > "$out"
}

check() {
  local folder="$1" locations=() location out
  for location in "${LOCATIONS[@]}"; do
    locations+=(-schema-location "$location")
  done
  out="$work/$(tr '/' '_' <<< "$folder").yaml"
  echo "== $folder"
  build "$folder" "$out" || return 1
  # The definitions of kinds that Flux brings have no schema in the catalog.
  kubeconform -strict -summary -kubernetes-version "$KUBERNETES_VERSION" -skip CustomResourceDefinition \
    "${locations[@]}" "$out"
}

# What Flux applies: the clusters, and each folder that a Kustomization of theirs names.
folders() {
  local cluster
  for cluster in clusters/*/; do
    echo "${cluster%/}"
    sed -nE 's|^ +path: \./(.+)$|\1|p' "$cluster"*.yaml
  done
}

install_tools
failed=0
while read -r folder; do
  check "$folder" || failed=$((failed + 1))
done < <(folders)
if [ "$failed" -gt 0 ]; then
  echo "$failed folders are wrong" >&2
  exit 1
fi
