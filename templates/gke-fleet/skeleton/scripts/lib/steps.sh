# What both scripts say and how they run commands. Read by them, never run.
# shellcheck shell=bash

DRY_RUN=false
YES=false
CHANGED=false
PROBLEMS=()

# A heading, and below it what the step is for and what it costs.
step() {
  local line
  printf '\n== %s\n' "$1"
  shift
  for line in "$@"; do
    if [ -n "$line" ]; then say "$line"; fi
  done
}

say() {
  printf '   %s\n' "$*"
}

fail() {
  printf '\n%s\n' "$@" >&2
  exit 1
}

# Remembers what is wrong, so that all of it is told at once.
problem() {
  PROBLEMS+=("$*")
  printf '   ✗ %s\n' "$*"
}

stop_at_problems() {
  [ "${#PROBLEMS[@]}" -gt 0 ] || return 0
  if "$DRY_RUN"; then
    say 'A dry run goes on nevertheless.'
    return 0
  fi
  if "$CHANGED"; then fail "${#PROBLEMS[@]} to mend, see ✗ above."; fi
  STEP_AFTER_FAILURE=''
  fail "${#PROBLEMS[@]} to mend, see ✗ above. Nothing was changed."
}

# A command with quotes where a shell needs them.
quoted() {
  # The shell of macOS, bash 3.2, takes backslashes in the replacement literally.
  local word line='' apostrophe="'" escaped="'\\''"
  for word in "$@"; do
    case "$word" in
      '' | *[!A-Za-z0-9_./:=,@%+-]*) line="$line '${word//$apostrophe/$escaped}'" ;;
      *) line="$line $word" ;;
    esac
  done
  printf '%s' "${line# }"
}

# Runs a command that changes something, or in a dry run only shows it.
run() {
  printf '   $ %s\n' "$(quoted "$@")"
  if "$DRY_RUN"; then return 0; fi
  CHANGED=true
  "$@"
}

# Like run, but again for as long as half a minute: what Google has just made is not known everywhere at once.
run_patiently() {
  local tries=0
  until run "$@"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 6 ]; then return 1; fi
    sleep "${SECONDS_BETWEEN_LOOKS:-5}"
  done
}

confirm() {
  local answer
  if "$DRY_RUN" || "$YES"; then return 0; fi
  [ -t 0 ] || fail 'Nobody can be asked here. Give --yes to go on without being asked.'
  read -r -p "   $1 [y/N] " answer
  case "$answer" in
    y | Y | yes) ;;
    *) fail 'Stopped. What was made before stays; run the script again to go on.' ;;
  esac
}

have() {
  command -v "$1" > /dev/null
}

# Says how far it came when a command fails.
on_exit() {
  local code=$?
  if [ "$code" -ne 0 ] && [ -n "${STEP_AFTER_FAILURE:-}" ]; then
    printf '\n%s\n' "$STEP_AFTER_FAILURE" >&2
  fi
}
trap on_exit EXIT
