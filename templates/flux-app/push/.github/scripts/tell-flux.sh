#!/usr/bin/env bash
# Asks Flux to look now. GitHub signs a token that says which repository and branch this runs for; the Receiver
# checks it, so there is no secret. When it cannot be reached nothing is lost: Flux looks by itself every 10 minutes.
set -euo pipefail

receiver_url='${{ values.receiverUrl }}'
name='${{ values.name }}'
namespaces='${{ values.namespaces }}'

if [ -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
  echo '::warning::this runner signs no tokens (permissions: id-token: write); Flux looks by itself within 10 minutes'
  exit 0
fi
token="$(
  curl --fail --silent --show-error --max-time 20 --retry 3 --get \
    --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    --data-urlencode "audience=$receiver_url" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL" | sed -E 's/.*"value" *: *"([^"]+)".*/\1/'
)"
for namespace in $namespaces; do
  # As notification-controller names it: the hash of the token, which this type has none of, the name and the namespace.
  path="$(printf '%s%s' "$name" "$namespace" | sha256sum | cut -d ' ' -f 1)"
  # Retries what may pass; a refusal is final.
  if ! curl --fail-with-body --silent --show-error --max-time 20 --retry 5 --retry-connrefused \
    --header "Authorization: Bearer $token" --header 'Content-Type: application/json' \
    --data '{}' --write-out '\n' "$receiver_url/hook/$path"; then
    echo "::warning::Flux could not be told in $namespace; it looks by itself within 10 minutes"
  fi
done
