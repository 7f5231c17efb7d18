# Read by the commands beside it, from the top of the checkout: makes the virtual environment and
# installs a lock file into it. Each step is skipped when its result is there.

VENV=${VENV:-$PWD/.venv}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

find_python() {
    for candidate in ${PYTHON:-python3.11 python3}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed. On Debian 12: apt-get install python3 python3-venv
(or name another interpreter: PYTHON=/path/to/python3.11 $0)"
}

make_venv() {
    [ -x "$VENV/bin/python" ] && [ -x "$VENV/bin/pip" ] && return
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "Python's venv module is missing. On Debian 12: apt-get install python3-venv"
    "$python" -m venv --clear "$VENV" ||
        fail "The virtual environment could not be made in $VENV (is there room on the disk?)."
}

# install_lock FILE: the stamp holds the lock's hash and Python's version.
install_lock() {
    stamp=$VENV/.$(basename "$1" .txt)
    wanted="$(sha256sum <"$1") $("$VENV/bin/python" -V)"
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    echo "Installing the packages of $1 (only when it has changed) ..." >&2
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
        --require-hashes --only-binary :all: -r "$1" ||
        fail "
The packages of $1 could not be installed. Most often the registry cannot be reached:
  - behind a proxy:       HTTPS_PROXY=http://proxy.example:3128 $0
  - with a mirror:        PIP_INDEX_URL=https://mirror.example/simple $0
  - on a closed network:  on a machine that has access, 'pip download --require-hashes -r $1 -d wheels';
                          bring the folder here, then PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels $0
Then start again; nothing has to be removed first."
    printf '%s' "$wanted" >"$stamp"
}

prepare_venv() {
    mkdir -p "$VENV" 2>/dev/null && [ -w "$VENV" ] ||
        fail "$VENV cannot be written by $(id -un). Name a folder of your own: VENV=\$HOME/courtparty-venv $0"
    # Two commands started together take turns.
    exec 9>"$VENV/.lock"
    if command -v flock >/dev/null; then flock 9; fi
    make_venv
    install_lock "$1"
    exec 9>&-
}
