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

# Google would keep, and bill, the load balancers and disks of a cluster that is simply deleted.
release_load_balancers() {
  step 'Load balancers and volumes' 'Flux is stopped first, or it would bring them back.'
  run gcloud --project "$PROJECT" container clusters get-credentials "$CLUSTER" --location "$LOCATION"
  if ! "$DRY_RUN" && ! in_cluster get --raw /readyz --request-timeout 20s > /dev/null; then
    say 'The cluster does not answer. What it leaves behind is listed at the end.'
    return 0
  fi
  run kubectl --context "$CONTEXT" --namespace flux-system scale deployment --all --replicas 0
  run kubectl --context "$CONTEXT" delete services --all-namespaces --field-selector spec.type=LoadBalancer --timeout 10m
  release_volumes
}

# A disk goes with its claim, and a claim when no pod holds it any more.
release_volumes() {
  local namespace namespaces
  "$DRY_RUN" && return 0
  namespaces="$(in_cluster get persistentvolumeclaims --all-namespaces --output 'jsonpath={.items[*].metadata.namespace}')"
  for namespace in $(tr ' ' '\n' <<< "$namespaces" | sort -u); do
    run kubectl --context "$CONTEXT" --namespace "$namespace" delete statefulsets,deployments,daemonsets,cronjobs,jobs --all --timeout 5m
    run kubectl --context "$CONTEXT" --namespace "$namespace" delete persistentvolumeclaims --all --timeout 5m
  done
}

remove_cluster() {
  step 'The cluster' 'Takes some minutes.'
  run gcloud --project "$PROJECT" container clusters delete "$CLUSTER" --location "$LOCATION" --quiet
}

remove_nat() {
  is_there compute routers describe "$ROUTER" --region "$REGION" --format 'value(name)' || return 0
  step 'The router and its NAT'
  run gcloud --project "$PROJECT" compute routers delete "$ROUTER" --region "$REGION" --quiet
}

remove_node_account() {
  is_there iam service-accounts describe "$NODE_ACCOUNT_EMAIL" --format 'value(email)' || return 0
  step 'The service account of the nodes'
  run gcloud --project "$PROJECT" projects remove-iam-policy-binding "$PROJECT" --all --quiet --format none \
    --member "serviceAccount:$NODE_ACCOUNT_EMAIL" --role roles/container.defaultNodeServiceAccount
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
