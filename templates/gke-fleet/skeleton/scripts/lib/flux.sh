# Flux on the cluster. Read by setup-cluster.sh, never run.
# shellcheck shell=bash

connect() {
  step 'Access for kubectl' "Costs nothing. Adds the context $CONTEXT to your kubeconfig."
  run gcloud --project "$PROJECT" container clusters get-credentials "$CLUSTER" --location "$LOCATION"
}

# Flux asks GitHub for organisations and for users differently.
owned_by_a_person() {
  local answer
  [ -n "${GITHUB_TOKEN:-}" ] || return 1
  answer="$(github "users/$GITHUB_OWNER" 2> /dev/null)" || return 1
  grep -qE '"type": *"User"' <<< "$answer"
}

bootstrap_flux() {
  local arguments=(
    --context "$CONTEXT"
    --owner "$GITHUB_OWNER" --repository "$GITHUB_REPOSITORY" --branch main
    --path "clusters/$CLUSTER"
    --components-extra 'image-reflector-controller,image-automation-controller'
  )
  step 'Flux' 'Costs nothing beyond its pods. Commits its manifests to main and adds a deploy key that may only read.'
  if [ "$GITHUB_HOST" != github.com ]; then arguments+=(--hostname "$GITHUB_HOST"); fi
  if owned_by_a_person; then arguments+=(--personal); fi
  run flux check --pre --context "$CONTEXT"
  run flux bootstrap github "${arguments[@]}"
}

wait_for_infrastructure() {
  local name
  step 'Contour, cert-manager and Flagger' "$(cost_of 'Load balancer')" 'From now on Flux does everything; this only waits for it.'
  for name in infrastructure-controllers infrastructure-configs; do
    run kubectl --context "$CONTEXT" --namespace flux-system wait "kustomization/$name" \
      --for condition=Ready --timeout 15m
  done
}

say_what_is_next() {
  local address=''
  step 'What is left for you'
  if ! "$DRY_RUN"; then
    address="$(kubectl --context "$CONTEXT" --namespace projectcontour get service contour-envoy \
      --output 'jsonpath={.status.loadBalancer.ingress[0].ip}' || true)"
  fi
  say "1. A DNS record: *.$DOMAIN A ${address:-(the address of Contour’s load balancer)}"
  say '2. git pull: Flux has committed its manifests to main.'
  say '3. Let Backstage see the cluster: docs/set-up.md.'
}
