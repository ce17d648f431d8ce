# What the scripts ask of Google Cloud. Read by them, never run.
# shellcheck shell=bash disable=SC2034 # others use what is set here

if [ "$LOCATION_TYPE" = zonal ]; then
  LOCATION="$REGION-$ZONE"
  NODE_ZONES=1
else
  LOCATION="$REGION"
  NODE_ZONES=3
fi

CONTEXT="gke_${PROJECT}_${LOCATION}_$CLUSTER"

# Names of Google's are at most 30 characters long, and elsewhere there may be a cluster of the same name.
NODE_ACCOUNT="gke-nodes-$(printf '%s' "$CONTEXT" | cksum | cut -d ' ' -f 1)"
NODE_ACCOUNT_EMAIL="$NODE_ACCOUNT@$PROJECT.iam.gserviceaccount.com"
NODE_ROLE='roles/container.defaultNodeServiceAccount'
ROUTER="$CLUSTER-router"
NAT="$CLUSTER-nat"

google() {
  gcloud --project "$PROJECT" "$@"
}

CAN_ASK=true

# Puts what Google answers into ANSWER; empty when it knows no such thing. Any other refusal ends the script.
ask() {
  local errors
  errors="$(mktemp)"
  if ANSWER="$(google --quiet "$@" 2> "$errors")"; then
    rm -f "$errors"
    return 0
  fi
  ANSWER=''
  if grep -qiE 'not[ _]found|does not exist|code=404' "$errors"; then
    rm -f "$errors"
    return 0
  fi
  sed 's/^/   /' "$errors" >&2
  rm -f "$errors"
  fail "gcloud $1 $2 failed, see above."
}

# Where Google cannot be asked, a dry run shows what it would do where nothing is there yet.
ask_nothing() {
  CAN_ASK=false
  # shellcheck disable=SC2329 # called by the functions above and in other files
  ask() { ANSWER=''; }
}

is_there() {
  ask "$@"
  [ -n "$ANSWER" ]
}

read_cluster_status() {
  ask container clusters describe "$CLUSTER" --location "$LOCATION" --format 'value(status)'
  STATUS="$ANSWER"
}

# Google goes on where a run was interrupted: waits for as long as the cluster has the status $1.
wait_while() {
  local tries=0
  if "$DRY_RUN"; then return 0; fi
  while [ "$STATUS" = "$1" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 120 ]; then fail "Still $1 after 30 minutes; look at it in the Google Cloud console."; fi
    sleep "${SECONDS_BETWEEN_LOOKS:-15}"
    read_cluster_status
  done
}
