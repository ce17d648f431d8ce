#!/usr/bin/env bash
# Removes the GKE cluster of settings.sh and what setup-cluster.sh made around it. May be run again.
# The repository, its images and your DNS records stay.
# shellcheck disable=SC1091,SC2034 # the files that are read here are checked each on its own
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. scripts/settings.sh
. scripts/lib/steps.sh
. scripts/lib/google.sh
. scripts/lib/removal.sh

usage() {
  cat << 'USAGE'
usage: scripts/teardown-cluster.sh [--dry-run] [--yes NAME]

  --dry-run   show each command, but change nothing
  --yes NAME  do not ask; NAME has to be the cluster's name
USAGE
}

CONFIRMED=''
while [ "$#" -gt 0 ]; do
  case "$1" in
    --dry-run) DRY_RUN=true ;;
    --yes)
      CONFIRMED="${2:-}"
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  [ "$#" -eq 0 ] || shift
done

have gcloud || fail 'gcloud is not here: https://cloud.google.com/sdk/docs/install'
have kubectl || fail 'kubectl is not here: gcloud components install kubectl'
read_cluster_status
confirm_name
STEP_AFTER_FAILURE='Stopped. What is left goes on costing; run scripts/teardown-cluster.sh again.'
remove_cluster_that_is_there
remove_nat
remove_node_account
list_leftovers
