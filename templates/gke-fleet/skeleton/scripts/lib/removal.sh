# What teardown-cluster.sh takes away. Read by it, never run.
# shellcheck shell=bash

confirm_name() {
  local answer="$CONFIRMED"
  step "Removes cluster $CLUSTER in $LOCATION of project $PROJECT" 'Everything that runs there ends, and its volumes go with it. Nobody can undo that.'
  if [ -z "$STATUS" ]; then say 'The cluster is not there; looks for what is left of it.'; fi
  if "$DRY_RUN"; then return 0; fi
  if [ -z "$answer" ]; then
    [ -t 0 ] || fail "Nobody can be asked here. Give --yes $CLUSTER to go on."
    read -r -p "   Type its name to go on: " answer
  fi
  [ "$answer" = "$CLUSTER" ] || fail "'$answer' is not its name. Nothing was changed."
}

in_cluster() {
  kubectl --context "$CONTEXT" "$@"
}

cluster_answers() {
  "$DRY_RUN" || in_cluster get --raw /readyz --request-timeout 20s > /dev/null
}

# Runs what need not succeed for the cluster to go.
try() {
  run "$@" || say 'Not all of it went; what is left is listed at the end.'
}

# Google would keep, and bill, the load balancers and disks of a cluster that is simply deleted.
release_load_balancers() {
  step 'Load balancers and volumes' 'Flux is stopped first, or it would bring them back.'
  # One that could not be made has no address
  if ! run gcloud --project "$PROJECT" container clusters get-credentials "$CLUSTER" --location "$LOCATION" || ! cluster_answers; then
    say 'The cluster does not answer. What it leaves behind is listed at the end.'
    return 0
  fi
  if "$DRY_RUN" || [ -n "$(in_cluster --namespace flux-system get deployments --output name)" ]; then
    run kubectl --context "$CONTEXT" --namespace flux-system scale deployment --all --replicas 0
  fi
  try kubectl --context "$CONTEXT" delete services --all-namespaces --field-selector spec.type=LoadBalancer --timeout 10m
  release_volumes
}

# A disk goes with its claim, and a claim when no pod holds it any more.
release_volumes() {
  local namespace namespaces
  "$DRY_RUN" && return 0
  namespaces="$(in_cluster get persistentvolumeclaims --all-namespaces --output 'jsonpath={.items[*].metadata.namespace}')"
  for namespace in $(tr ' ' '\n' <<< "$namespaces" | sort -u); do
    try kubectl --context "$CONTEXT" --namespace "$namespace" delete statefulsets,deployments,daemonsets,cronjobs,jobs --all --timeout 5m
    try kubectl --context "$CONTEXT" --namespace "$namespace" delete persistentvolumeclaims --all --timeout 5m
  done
}

remove_cluster() {
  step 'The cluster' 'Takes some minutes.'
  run gcloud --project "$PROJECT" container clusters delete "$CLUSTER" --location "$LOCATION" --quiet
}

# Waits for a deletion that an earlier run began.
remove_cluster_that_is_there() {
  if [ "$STATUS" = STOPPING ]; then
    say 'It is being deleted. Waiting.'
    wait_while STOPPING
  fi
  case "$STATUS" in
    # Only a dry run does not wait until it is gone.
    '' | STOPPING) return 0 ;;
  esac
  release_load_balancers
  remove_cluster
}

remove_nat() {
  is_there compute routers describe "$ROUTER" --region "$REGION" --format 'value(name)' || return 0
  step 'The router and its NAT'
  ask container clusters list --format 'value(name)' \
    --filter "(location~^$REGION$ OR location~^$REGION-) AND name!=$CLUSTER"
  if [ -n "$ANSWER" ]; then
    say "Other clusters may use it, so it stays: ${ANSWER//$'\n'/, }"
    return 0
  fi
  run gcloud --project "$PROJECT" compute routers delete "$ROUTER" --region "$REGION" --quiet
}

remove_node_account() {
  is_there iam service-accounts describe "$NODE_ACCOUNT_EMAIL" --format 'value(email)' || return 0
  step 'The service account of the nodes'
  # Taking away what is not there fails.
  if is_there projects get-iam-policy "$PROJECT" --flatten 'bindings[].members' --format 'value(bindings.role)' \
    --filter "bindings.members=\"serviceAccount:$NODE_ACCOUNT_EMAIL\" AND bindings.role=$NODE_ROLE"; then
    run gcloud --project "$PROJECT" projects remove-iam-policy-binding "$PROJECT" --all --quiet --format none \
      --member "serviceAccount:$NODE_ACCOUNT_EMAIL" --role "$NODE_ROLE"
  fi
  run gcloud --project "$PROJECT" iam service-accounts delete "$NODE_ACCOUNT_EMAIL" --quiet
}

list_leftovers() {
  step 'What is left in the project' 'Only you know whether it belongs to something else; it is listed, not removed.'
  ask compute disks list --filter 'name~^pvc- AND -users:*' --format 'value(name,zone.basename(),sizeGb)'
  say "Disks of volumes that nothing uses: ${ANSWER:-none}"
  ask compute forwarding-rules list --filter 'description~kubernetes.io/service-name' \
    --format 'value(name,region.basename(),IPAddress)'
  say "Forwarding rules that Kubernetes made: ${ANSWER:-none}"
  say "The repository $GITHUB_OWNER/$GITHUB_REPOSITORY, its deploy key, and the DNS records of *.$DOMAIN"
}
