# shellcheck shell=bash
# Sourced by the other scripts: a run is a list of named sections, timed, and the first that fails ends it.

# section NAME COMMAND...: runs the command under a heading.
section() {
    local name=$1 started=$SECONDS status=0
    shift
    printf '\n==> %s\n' "$name"
    # In a condition or on the left of ||, bash would ignore `set -e` within the function it calls.
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e
    if [ "$status" -ne 0 ]; then
        printf '\n==> FAILED: %s (exit code %d, after %d s)\n' "$name" "$status" "$((SECONDS - started))" >&2
        exit 1
    fi
    printf '==> ok: %s (%d s)\n' "$name" "$((SECONDS - started))"
}
