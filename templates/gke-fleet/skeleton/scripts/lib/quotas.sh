# Whether the project may have what the cluster needs. Read by setup-cluster.sh, never run.
# shellcheck shell=bash

machine_cpus() {
  case "$MACHINE_TYPE" in
    e2-medium) echo 2 ;;
    *) echo "${MACHINE_TYPE##*-}" ;;
  esac
}

# At its largest, and one node more while GKE upgrades.
most_nodes() {
  # shellcheck disable=SC2153 # of settings.sh
  local most="$NODES"
  if "$AUTOSCALING"; then most="$MAX_NODES"; fi
  echo $((most * NODE_ZONES + 1))
}

# METRIC AMOUNT for each quota of the region.
needed_quotas() {
  local nodes cpus
  nodes="$(most_nodes)"
  cpus=$((nodes * $(machine_cpus)))
  if "$SPOT"; then echo "PREEMPTIBLE_CPUS $cpus"; else echo "CPUS $cpus"; fi
  case "$DISK_TYPE" in
    pd-standard) echo "DISKS_TOTAL_GB $((nodes * DISK_GB))" ;;
    *) echo "SSD_TOTAL_GB $((nodes * DISK_GB))" ;;
  esac
  "$PRIVATE_NODES" || echo "IN_USE_ADDRESSES $nodes"
}

# Puts a line for each quota into ANSWER: its metric, its limit, and how much is used.
ask_quotas() {
  ask compute "$@" --flatten 'quotas[]' --format 'value(quotas.metric,quotas.limit,quotas.usage)'
}

# Prints what is left of a quota, nothing when there is no such quota.
left_of() {
  awk -v metric="$1" '$1 == metric { printf "%d\n", $2 - $3 }' <<< "$ANSWER"
}

check_quota() {
  local metric="$1" amount="$2" left
  left="$(left_of "$metric")"
  # Projects without a quota for Spot use the one for all CPUs.
  if [ "$metric" = PREEMPTIBLE_CPUS ] && [ "${left:-0}" -le 0 ]; then
    metric=CPUS
    left="$(left_of "$metric")"
  fi
  if [ -z "$left" ]; then return 0; fi
  if [ "$left" -lt "$amount" ]; then
    problem "$metric: $amount needed, $left left: ask for more at https://console.cloud.google.com/iam-admin/quotas?project=$PROJECT or choose less in scripts/settings.sh"
  else
    say "$metric: $amount needed, $left left"
  fi
}

check_quotas() {
  local metric amount
  step 'Quotas' "Of $REGION, for $(most_nodes) nodes: as many as it may have, and one while GKE upgrades them."
  ask_quotas regions describe "$REGION"
  while read -r metric amount; do
    check_quota "$metric" "$amount"
  done < <(needed_quotas)
  ask_quotas project-info describe
  check_quota CPUS_ALL_REGIONS "$(($(most_nodes) * $(machine_cpus)))"
  stop_at_problems
}
