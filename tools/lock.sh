#!/bin/sh
# Compiles requirements/*.in to exact versions with hashes. No registry address is written into the result.
# `tools/lock.sh --upgrade` takes the newest allowed versions; without it present versions stay.
set -eu
cd "$(dirname "$0")/.."
compile() {
    name=$1
    python=$2
    shift 2
    .venv/app/bin/uv pip compile "requirements/$name.in" --output-file "requirements/$name.txt" \
        --python-version "$python" --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-annotate --no-header --quiet "$@"
    echo "  requirements/$name.txt"
}
compile engine 3.10 "$@"
compile engine-dev 3.10 "$@"
compile app 3.11 "$@"
compile dev 3.11 "$@"
compile bench 3.11 "$@"
