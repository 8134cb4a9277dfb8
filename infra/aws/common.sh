# shellcheck shell=bash
# shellcheck disable=SC2154 # The scripts that source this say what $yes is.
# Sourced by deploy and teardown: a dry run that prints what it would do, with the very commands that it would run.

# refuse REASON: ends, since the command line makes no sense.
refuse() {
    printf '%s\n\n' "$1" >&2
    usage >&2
    exit 64
}

# need OPTION VALUE ...: an option must have its value.
need() { [ -n "${2-}" ] || refuse "$1 needs a value"; }

# need_pair OPTION NAME=VALUE ...: the same, for what has a name.
need_pair() { [[ ${2-} == [A-Za-z]*=* ]] || refuse "$1 needs NAME=VALUE"; }

# need_file FILE: it can be read.
need_file() { [ -r "$1" ] || refuse "cannot read $1"; }

has() { command -v "$1" >/dev/null 2>&1; }

# lacks WHAT: notes a tool that is not there. All of them are told at once.
missing=()
lacks() { missing+=("$1"); }

# begin: says what is missing, and goes on only where that does no harm.
begin() {
    local tool
    for tool in ${missing[@]+"${missing[@]}"}; do
        echo "missing: $tool" >&2
    done
    if $yes && [ ${#missing[@]} -gt 0 ]; then
        exit 69
    fi
    [ -z "${region:-}" ] || export AWS_REGION=$region AWS_DEFAULT_REGION=$region
    # Without a terminal for it to fill, nobody could answer a pager.
    export AWS_PAGER=
}

# run COMMAND ...: prints it, and runs it unless this is a dry run.
run() {
    printf '+'
    printf ' %q' "$@"
    printf '\n'
    if $yes; then
        "$@"
    fi
}

finish() {
    $yes || echo "nothing was done; --yes does it"
}

# json_text TEXT: as the inside of a JSON string. Parameters have no control characters but line ends.
json_text() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    text=${text//$'\t'/\\t}
    printf '%s' "$text"
}
