#!/bin/sh
# Finds any Python that can run tools/bootstrap.py, which then finds the two that the project needs.
for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8 python \
    "${HOME:-/nonexistent}"/.pyenv/versions/3.*/bin/python3 "${HOME:-/nonexistent}"/.local/share/uv/python/*/bin/python3; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then
        exec "$python" "$(dirname "$0")/bootstrap.py" "$@"
    fi
done
echo "setup: no Python was found; install Python 3.10 and Python 3.11 or newer" >&2
exit 1
