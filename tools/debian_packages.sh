#!/bin/sh
# Installs the Debian packages that the tests talk to (requirements/debian.txt) where that is
# allowed: as root, or by sudo without a password. Otherwise it names the command and goes on:
# the tests that need a part skip and say so, and under CI=true they fail.
set -eu
list=$(dirname "$0")/../requirements/debian.txt

is_there() {
    dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

missing=
for package in $(sed 's/#.*//' "$list"); do
    is_there "$package" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

install="apt-get install --yes --no-install-recommends$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    become=none
elif [ "$(id -u)" = 0 ]; then
    become=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    become="sudo -n"
else
    become=none
fi

if [ "$become" = none ]; then
    echo "Some tests need Debian packages that are not here; as root: $install" >&2
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi
echo "Installing Debian packages for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
# An old package list is no reason to stop: the install itself says what it could not find.
$become apt-get update --quiet --quiet || true
# shellcheck disable=SC2086 # the command is a list of words
$become $install --quiet --quiet >/dev/null
