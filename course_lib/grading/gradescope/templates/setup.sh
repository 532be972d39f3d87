#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder's image.
set -euo pipefail
cd "${AUTOGRADER:-/autograder}/source"

# The hidden tests are here: nobody but root may look.
chmod -R go= .

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap libseccomp2 python3 python3-venv

newest() {
    for name in python3 python3.13 python3.12 python3.11; do
        "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$name" && return
    done
    return 1
}
if ! newest; then
    apt-get install -y --no-install-recommends python3.11 python3.11-venv
fi >/dev/null
python=$(newest) || { echo "no Python 3.11 or newer in this image: choose a newer base image" >&2; exit 1; }

# Where every user may read: a notebook runs as a user that owns nothing.
"$python" -m venv /opt/training-dynamics
/opt/training-dynamics/bin/python -m pip install --no-cache-dir -c constraints.txt -r requirements.txt
chmod -R go+rX /opt/training-dynamics
