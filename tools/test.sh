#!/bin/sh
# Every check of the project. All of them run, also after a failure; the exit code tells whether all passed.
# `tools/test.sh quick` leaves out what starts the whole system.
cd "$(dirname "$0")/.." || exit 1
bin=.venv/app/bin
failed=""
unset PYTHONDONTWRITEBYTECODE  # the tests start hundreds of processes; each would compile the whole app
# A process for each core, four at the most: each may start a whole system and holds connections to PostgreSQL.
# A file stays in one of them, so that what its tests share is made once.
spread="-n logical --maxprocesses 4 --dist loadfile"

step() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    began=$(date +%s)
    if "$@"; then verdict="passed"; else verdict="FAILED" failed="$failed, $name"; fi
    printf -- '-- %s: %s (%s s)\n' "$name" "$verdict" "$(($(date +%s) - began))"
}

step "style" $bin/ruff check --quiet .
step "format" $bin/ruff format --quiet --check .
step "types: app" $bin/mypy --no-error-summary
step "types: tools" $bin/mypy --no-error-summary --strict tools/bootstrap.py
step "types: engine" $bin/mypy --no-error-summary --config-file engine/mypy.ini \
    --python-executable .venv/engine/bin/python -p engine
step "content" $bin/ndihma check --no-warnings
[ "${1:-}" = quick ] || step "labels" $bin/ndihma check --labels --no-warnings
step "set-up" $bin/ndihma setup
# shellcheck disable=SC2086  # $spread is several words
step "tests: engine" .venv/engine/bin/python -m pytest -q $spread tests/engine
# shellcheck disable=SC2086
step "tests: app" $bin/python -m pytest -q $spread tests/unit tests/integration
# shellcheck disable=SC2086
[ "${1:-}" = quick ] || step "tests: whole system" $bin/python -m pytest -q $spread tests/nlu tests/e2e

if [ -n "$failed" ]; then
    printf '\nFailed: %s\n' "${failed#, }"
    exit 1
fi
printf '\nEverything passed.\n'
