#!/usr/bin/env bash
# Creates the GKE cluster of settings.sh and has Flux run what this repository says. May be run again and again:
# what is there stays, what is missing is made.
# shellcheck disable=SC1091,SC2034 # the files that are read here are checked each on its own
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. scripts/settings.sh
. scripts/lib/steps.sh
. scripts/lib/google.sh
. scripts/lib/prerequisites.sh
. scripts/lib/quotas.sh
. scripts/lib/cluster.sh
. scripts/lib/flux.sh

usage() {
  cat << 'USAGE'
usage: scripts/setup-cluster.sh [--dry-run] [--yes]

  --dry-run  check everything and show each command, but change nothing
  --yes      do not ask before the cluster is created

GITHUB_TOKEN has to be set: a token that may administer this repository.
USAGE
}

while [ "$#" -gt 0 ]; do
  case "$1" in
    --dry-run) DRY_RUN=true ;;
    --yes) YES=true ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done

check_prerequisites
# Where something is missing, only a dry run comes here.
if [ "${#PROBLEMS[@]}" -gt 0 ]; then ask_nothing; fi

STEP_AFTER_FAILURE='Stopped. What was made before stays; run scripts/setup-cluster.sh again to go on, or scripts/teardown-cluster.sh to remove it.'
switch_on_apis
read_cluster_status
if [ "$MODE" = standard ] && [ -z "$STATUS" ] && "$CAN_ASK"; then check_quotas; fi
make_node_account
make_nat
make_cluster
connect
bootstrap_flux
wait_for_infrastructure
say_what_is_next
if [ "${#PROBLEMS[@]}" -gt 0 ]; then
  STEP_AFTER_FAILURE=''
  fail "${#PROBLEMS[@]} to mend before this can be done, see ✗ above. Nothing was changed."
fi
