#!/bin/bash
# Tests the image on a machine that was started from it, as root: starts the service as the user data would, asks it, stops
# it, and leaves nothing. The same on both clouds. Bash's own sockets, so that the image needs no HTTP client.
set -euo pipefail
unit=immutable-service.service
environment=/etc/immutable-service/environment
log=/var/log/immutable-service/app.log
port=8080

if [ -e "$environment" ]; then
  echo "the image has a service that was already told what to be: $environment is there" >&2
  exit 1
fi

clean() {
  systemctl stop "$unit" 2> /dev/null || true
  systemctl reset-failed "$unit" 2> /dev/null || true
  rm -f "$environment" "$log"
}
trap clean EXIT

failed() {
  echo "$1" >&2
  systemctl status --no-pager --lines=0 "$unit" >&2 || true
  tail -n 50 "$log" >&2 2> /dev/null || true
  exit 1
}

# Prints the answer's body; fails unless its status is 200.
get() {
  local status line
  exec 3<> "/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$1" >&3
  read -r -t 5 _ status _ <&3 || return 1
  [ "$status" = 200 ] || return 1
  while read -r -t 5 line <&3 && [ -n "${line%$'\r'}" ]; do :; done
  cat <&3
  exec 3>&-
}

printf '%s\n' SERVICE_NAME=image-test SERVICE_VERSION=0.0.0-test SERVICE_RELEASE=image-test "PORT=$port" STOP_DELAY=0 > "$environment"
systemctl start "$unit" || failed "the service does not start"

deadline=$((SECONDS + 120))
until (get /healthz) > /dev/null 2>&1; do
  systemctl is-active --quiet "$unit" || failed "the service ended by itself"
  [ "$SECONDS" -lt "$deadline" ] || failed "the service does not answer /healthz with 200 within 120 s"
  sleep 1
done

version=$(get /version) || failed "the service does not answer /version with 200"
case $version in
  *0.0.0-test*) ;;
  *) failed "/version does not tell the version that the service was given: $version" ;;
esac

systemctl stop "$unit"
result=$(systemctl show --property=Result --value "$unit")
[ "$result" = success ] || failed "the service does not stop cleanly: $result"
echo "the image is good: it starts, answers and stops"
