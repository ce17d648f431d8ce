# The cluster itself, and what it needs around it. Read by setup-cluster.sh, never run.
# shellcheck shell=bash

# "146.74 US dollars a month for: Nodes"; nothing for what docs/cost.md does not count.
cost_of() {
  costs | sed -nE "s/^$1: (.*)$/\1 US dollars a month for: $1/p"
}

switch_on_apis() {
  local api missing=()
  step 'APIs of the project' 'Cost nothing by themselves.'
  for api in container.googleapis.com compute.googleapis.com iam.googleapis.com; do
    if is_there services list --enabled --filter "config.name=$api" --format 'value(config.name)'; then
      say "$api is on"
    else
      missing+=("$api")
    fi
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  run gcloud --project "$PROJECT" services enable "${missing[@]}"
  if "$DRY_RUN"; then
    say 'Before that nothing can be asked of them: shows what is done where nothing is there yet.'
    ask_nothing
  fi
}

make_node_account() {
  step 'A service account for the nodes' "Costs nothing. Google’s default one may edit the whole project; this one may run a node."
  if is_there iam service-accounts describe "$NODE_ACCOUNT_EMAIL" --format 'value(email)'; then
    say "$NODE_ACCOUNT_EMAIL is there"
  else
    run gcloud --project "$PROJECT" iam service-accounts create "$NODE_ACCOUNT" --display-name "Nodes of $CLUSTER"
  fi
  run_patiently gcloud --project "$PROJECT" projects add-iam-policy-binding "$PROJECT" --condition None --quiet --format none \
    --member "serviceAccount:$NODE_ACCOUNT_EMAIL" --role "$NODE_ROLE"
}

make_nat() {
  "$PRIVATE_NODES" || return 0
  step 'A way out for nodes without addresses' "$(cost_of 'Cloud NAT')" 'Google bills the traffic through it, too.'
  # A network has room for one that serves all of its subnets in a region.
  ask compute routers list --format 'value(name)' \
    --filter "region~/$REGION$ AND network~/default$ AND nats.sourceSubnetworkIpRangesToNat:ALL_SUBNETWORKS_ALL_IP_RANGES"
  if [ -n "$ANSWER" ] && [ "$ANSWER" != "$ROUTER" ]; then
    say "Router $ANSWER is one for every subnet of the network."
    return 0
  fi
  if is_there compute routers describe "$ROUTER" --region "$REGION" --format 'value(name)'; then
    say "Router $ROUTER is there"
  else
    run gcloud --project "$PROJECT" compute routers create "$ROUTER" --region "$REGION" --network default
  fi
  if is_there compute routers nats describe "$NAT" --router "$ROUTER" --region "$REGION" --format 'value(name)'; then
    say "NAT $NAT is there"
  else
    run gcloud --project "$PROJECT" compute routers nats create "$NAT" --router "$ROUTER" --region "$REGION" \
      --auto-allocate-nat-external-ips --nat-all-subnet-ip-ranges
  fi
}

autopilot_arguments() {
  ARGUMENTS=(container clusters create-auto "$CLUSTER" --location "$LOCATION")
}

standard_arguments() {
  ARGUMENTS=(
    container clusters create "$CLUSTER" --location "$LOCATION"
    --num-nodes "$NODES" --machine-type "$MACHINE_TYPE" --disk-size "$DISK_GB" --disk-type "$DISK_TYPE"
    # Pods get identities of their own instead of the node's
    --workload-pool "$PROJECT.svc.id.goog"
    # Which is what makes network policies hold
    --enable-ip-alias --enable-dataplane-v2
    --enable-shielded-nodes --shielded-secure-boot
  )
  if "$SPOT"; then ARGUMENTS+=(--spot); fi
  if "$AUTOSCALING"; then
    ARGUMENTS+=(--enable-autoscaling --min-nodes "$MIN_NODES" --max-nodes "$MAX_NODES")
  fi
}

# Tells of what is otherwise than in settings.sh; nothing of it is changed, since most of it takes new nodes.
compare_cluster() {
  [ "$MODE" = standard ] || return 0
  local machine channel
  ask container clusters describe "$CLUSTER" --location "$LOCATION" \
    --format 'value[separator=","](nodeConfig.machineType,releaseChannel.channel.lower())'
  IFS=, read -r machine channel <<< "$ANSWER"
  if [ "$machine" != "$MACHINE_TYPE" ]; then
    say "Its machines are ${machine:-of Google’s choice}, settings.sh says $MACHINE_TYPE: docs/cost.md says how to change them."
  fi
  if [ "$channel" != "$RELEASE_CHANNEL" ]; then
    say "Its release channel is ${channel:-none}, settings.sh says $RELEASE_CHANNEL."
  fi
}

make_cluster() {
  step "Cluster $CLUSTER in $LOCATION" "$(cost_of 'Management fee')" 'Less 74.40 for one zonal or Autopilot cluster of a billing account.'
  if [ "$MODE" = autopilot ]; then
    say 'The pods are billed by what they request, see docs/cost.md.'
  else
    say "$(cost_of Nodes)"
    say "$(cost_of 'Boot disks')"
  fi
  if [ "$STATUS" = PROVISIONING ]; then
    say 'It is being made. Waiting.'
    wait_while PROVISIONING
  fi
  case "$STATUS" in
    '') ;;
    RUNNING | RECONCILING)
      say 'It is there.'
      compare_cluster
      return 0
      ;;
    # Only a dry run does not wait for it.
    PROVISIONING) return 0 ;;
    *) fail "Cluster $CLUSTER is $STATUS: https://console.cloud.google.com/kubernetes/list/overview?project=$PROJECT" ;;
  esac
  "${MODE}_arguments"
  ARGUMENTS+=(--release-channel "$RELEASE_CHANNEL" --service-account "$NODE_ACCOUNT_EMAIL" --labels "fleet=$CLUSTER")
  if "$PRIVATE_NODES"; then ARGUMENTS+=(--enable-private-nodes); fi
  confirm 'Create it? That takes about ten minutes.'
  run gcloud --project "$PROJECT" "${ARGUMENTS[@]}"
}
