#!/bin/sh
# Renews the hashed requirement files. pip-compile runs in an environment of its own, thrown away
# afterwards, and leaves no address of a package index in what it writes.
# usage: lock.sh PYTHON [--upgrade]
set -eu
python=$1
shift
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip --disable-pip-version-check install --quiet \
    --require-hashes -r requirements/lock.txt

compile() {
    output=$1
    shift
    "$scratch/venv/bin/pip-compile" --quiet --generate-hashes --strip-extras --no-header \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
        --allow-unsafe --output-file "requirements/$output" "$@"
}

compile lock.txt "$@" requirements/lock.in
compile build.txt "$@" requirements/build.in
compile run.txt "$@" --extra camera pyproject.toml
compile test.txt "$@" requirements/test.in
