# What setup-cluster.sh needs before it makes anything. Read by it, never run.
# shellcheck shell=bash

need_command() {
  have "$1" || problem "$1 is not here: $2"
}

need_flux_version() {
  local version
  have flux || return 0
  version="$(flux --version | sed -nE 's/^flux version v?([0-9]+\.[0-9]+).*$/\1/p' || true)"
  if [ "$(printf '%s\n' "$FLUX_VERSION" "${version:-0}" | sort -t . -k 1,1n -k 2,2n | head -n 1)" != "$FLUX_VERSION" ]; then
    problem "flux is ${version:-of an unknown version}; this repository needs $FLUX_VERSION or newer: https://fluxcd.io/flux/installation/"
  fi
}

# The token is given to curl by a file descriptor, so that it is in no list of processes.
github() {
  local api="https://api.github.com"
  if [ "$GITHUB_HOST" != github.com ]; then api="https://$GITHUB_HOST/api/v3"; fi
  curl --silent --show-error --fail --max-time 20 \
    --header @<(printf 'Authorization: Bearer %s\n' "$GITHUB_TOKEN") "$api/$1"
}

need_github() {
  local answer
  if [ -z "${GITHUB_TOKEN:-}" ]; then
    problem "GITHUB_TOKEN is not set: a token that may administer $GITHUB_OWNER/$GITHUB_REPOSITORY, with which Flux's deploy key is made"
    return 0
  fi
  have curl || return 0
  if ! answer="$(github "repos/$GITHUB_OWNER/$GITHUB_REPOSITORY" 2>&1)"; then
    problem "GITHUB_TOKEN does not open https://$GITHUB_HOST/$GITHUB_OWNER/$GITHUB_REPOSITORY: ${answer:-no answer}"
    return 0
  fi
  if ! grep -qE '"admin": *true' <<< "$answer"; then
    problem "GITHUB_TOKEN may not administer $GITHUB_OWNER/$GITHUB_REPOSITORY, and only administrators may add a deploy key"
  fi
}

need_google() {
  have gcloud || return 0
  local account
  account="$(gcloud auth list --filter 'status:ACTIVE' --format 'value(account)' || true)"
  if [ -z "$account" ]; then
    problem 'gcloud has no account: gcloud auth login'
    return 0
  fi
  say "Google Cloud as $account"
  if ! gcloud --quiet projects describe "$PROJECT" --format none 2> /dev/null; then
    problem "Project $PROJECT is not there, or $account may not see it: gcloud projects list"
    return 0
  fi
  case "$(gcloud --quiet billing projects describe "$PROJECT" --format 'value(billingEnabled)' 2> /dev/null || echo unknown)" in
    True) ;;
    unknown) say "Whether project $PROJECT has billing, $account may not know" ;;
    *) problem "Project $PROJECT has no billing: https://console.cloud.google.com/billing/linkedaccount?project=$PROJECT" ;;
  esac
}

check_prerequisites() {
  step 'What is needed here' 'Costs nothing.'
  need_command gcloud 'https://cloud.google.com/sdk/docs/install'
  need_command gke-gcloud-auth-plugin 'gcloud components install gke-gcloud-auth-plugin'
  need_command kubectl 'gcloud components install kubectl'
  need_command flux 'https://fluxcd.io/flux/installation/'
  need_command curl 'see your system'
  need_flux_version
  need_github
  need_google
  stop_at_problems
}
