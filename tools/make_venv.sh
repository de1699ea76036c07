#!/bin/sh
# Makes the virtual environment, or says in one line what a bare machine lacks.
# usage: make_venv.sh PYTHON VENV
set -eu
python=$1
venv=$2

lacking() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    lacking "$python is not installed; as root: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    lacking "$python is older than 3.11; name a newer one: make PYTHON=python3.11 ..."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    lacking "$python cannot make virtual environments; as root: apt-get install python3-venv"

echo "Setting up $venv with $("$python" --version)"
"$python" -m venv "$venv" || { rm -rf "$venv"; exit 1; }
