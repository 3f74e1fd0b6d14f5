#!/bin/sh
# Sets skbscope up in a virtual environment beside this file and runs it.
#
#   ./setup.sh demo [OPTION...]    install, then show the default scene: a window, or a picture without a display
#   ./setup.sh test [OPTION...]    install with the tools for testing, then run the tests
#   ./setup.sh install [EXTRA...]  install only (extras: test, bench)
#
# Needs Python 3.11 or later and the system libraries that Qt loads. What is missing is named; as root on Debian
# or Ubuntu it is installed. Environment: PYTHON (the interpreter to use), SKBSCOPE_VENV (default: .venv here).
set -eu

# Library that Qt loads : Debian package that has it.
LIBRARIES="libglib-2.0.so.0:libglib2.0-0 libEGL.so.1:libegl1 libGL.so.1:libgl1 libdbus-1.so.3:libdbus-1-3
libfontconfig.so.1:libfontconfig1 libxkbcommon.so.0:libxkbcommon0"
X11_LIBRARIES="libxcb-cursor.so.0:libxcb-cursor0 libxkbcommon-x11.so.0:libxkbcommon-x11-0
libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0"
WAYLAND_LIBRARIES="libwayland-cursor.so.0:libwayland-cursor0"

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

usage() {
    sed -n '4,6s/^# \{0,3\}//p' "$0" >&2
    exit 2
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# Run quietly; show what was printed only if it fails.
quietly() {
    if "$@" >"$log" 2>&1; then return 0; fi
    tail -n 20 "$log" >&2
    return 1
}

# Install Debian packages, or say which are missing and stop. $1: what they are for.
packages() {
    purpose=$1
    shift
    if ! may_install; then
        if command -v apt-get >/dev/null 2>&1; then
            fail "missing for $purpose: $*" "install with: sudo apt-get install $*"
        fi
        fail "missing for $purpose, by the names of Debian's packages: $*"
    fi
    say "installing for $purpose: $*"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 && return 0
    quietly apt-get update || fail "apt-get update failed; missing for $purpose: $*"
    quietly apt-get install -y --no-install-recommends "$@" || fail "these could not be installed: $*"
}

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Set $python to an interpreter of 3.11 or later.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_recent "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.11 or later"
        python=$PYTHON
        return
    fi
    for python in python3 python3.11 python3.12 python3.13 python3.14; do
        is_recent "$python" && return
    done
    if command -v python3 >/dev/null 2>&1; then
        fail "Python 3.11 or later is needed; python3 here is $(python3 -V 2>&1)" "name another one with PYTHON=..."
    fi
    packages "Python" python3 python3-venv
    python=python3
    is_recent "$python" || fail "Python 3.11 or later is needed; this system has $("$python" -V 2>&1)"
}

# Print the packages of those library:package pairs that cannot be loaded.
missing_libraries() {
    "$python" - "$@" <<'CODE'
import ctypes, sys
for library, _, package in (pair.partition(":") for pair in sys.argv[1:]):
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
CODE
}

# The libraries that Qt loads, those of a display only where there is one.
libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    wanted=$LIBRARIES
    [ -z "${DISPLAY:-}" ] || wanted="$wanted $X11_LIBRARIES"
    [ -z "${WAYLAND_DISPLAY:-}" ] || wanted="$wanted $WAYLAND_LIBRARIES"
    # shellcheck disable=SC2086 # a list of words
    missing=$(missing_libraries $wanted)
    # shellcheck disable=SC2086
    [ -z "$missing" ] || packages "Qt" $missing
}

# Make the virtual environment unless a usable one is there.
environment() {
    if [ -x "$venv/bin/python" ] && is_recent "$venv/bin/python" && "$venv/bin/python" -m pip -V >/dev/null 2>&1
    then return; fi
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        packages "virtual environments" "python$version-venv"
    fi
    say "making a virtual environment in $venv"
    quietly "$python" -m venv --clear "$venv" || fail "no virtual environment could be made in $venv"
}

# Say what pip could not do: its errors if it names them, else the end of what it printed.
failed_installation() {
    if grep -q 'ERROR: ' "$log"; then
        sed -n 's/^ *ERROR: /setup: pip: /p' "$log" | sort -u | head -n 3 >&2
    else
        tail -n 20 "$log" >&2
    fi
    fail "the dependencies could not be installed; is there a network, and is pip's index the right one?"
}

# Install the project and its dependencies, unless that was done from this pyproject.toml before.
install() {
    extras=$(printf '%s,' "$@")
    extras=${extras%,}
    mark="$(cksum <pyproject.toml) $here"
    stamp="$venv/.skbscope-${extras:-none}"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$mark" ]; then return; fi
    say "installing skbscope and its dependencies${extras:+ for $extras}"
    "$venv/bin/python" -m pip install --disable-pip-version-check --quiet --editable ".${extras:+[$extras]}" \
        >"$log" 2>&1 || failed_installation
    printf '%s\n' "$mark" >"$stamp"
}

[ $# -gt 0 ] || usage
command=$1
shift
case $command in
demo | test) ;;
install)
    for extra; do
        case $extra in test | bench) ;; *) fail "there is no extra \"$extra\"; extras: test, bench" ;; esac
    done
    ;;
*) usage ;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
venv=${SKBSCOPE_VENV:-$here/.venv}
called_from=$(pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
cd "$here"

find_python
libraries
environment
case $command in
install)
    install "$@"
    say "ready: $venv/bin/skbscope"
    ;;
demo)
    install
    cd "$called_from"
    "$venv/bin/skbscope" demo "$@"
    ;;
test)
    install test
    QT_QPA_PLATFORM=offscreen "$venv/bin/python" -m pytest "$@"
    ;;
esac
