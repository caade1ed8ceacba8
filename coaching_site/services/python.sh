# Read by ./run, ./test and .ci/run, with $root set: puts a fit Python into $python, or ends with one sentence.

# shellcheck shell=sh disable=SC2154
find_python() {
    version='import sys; print("%d.%d.%d" % sys.version_info[:3])'
    python=$root/.venv/bin/python
    found=
    bare=
    # After the first start the environment's own Python; PYTHON, where set, goes before those on PATH.
    for candidate in "$python" "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
        has=$("$candidate" -c "$version" 2>/dev/null) || continue
        case $has in
        3.11.* | 3.12.* | 3.13.*)
            if [ "$candidate" = "$python" ] || "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
                python=$candidate
                return
            fi
            bare=$has
            ;;
        *) found="$found $has" ;;
        esac
    done
    if [ -n "$bare" ]; then
        echo "Colloquy: Python $bare lacks its venv module; install it (Debian, Ubuntu: apt-get install python3-venv)." >&2
    else
        echo "Colloquy needs Python 3.11, 3.12 or 3.13 and found${found:- none}." >&2
    fi
    exit 1
}
find_python
