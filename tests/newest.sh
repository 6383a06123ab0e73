#!/bin/sh
# Prints the newest CPython on this machine that is newer than the one in .venv and can make environments; ends with 1
# where there is none. Looks at the path and at pyenv's folder.
set -u
oldest=$(.venv/bin/python -c 'import sys; print(sys.version_info.minor)' 2>/dev/null || echo 11)
root=${PYENV_ROOT:-$HOME/.pyenv}
minor=20
while [ "$minor" -gt "$oldest" ]; do
    for python in "$(command -v "python3.$minor")" "$root"/versions/3."$minor".*/bin/python3."$minor"; do
        if [ -x "$python" ] && "$python" -c 'import ssl, sqlite3, ensurepip, venv' 2>/dev/null; then
            echo "$python"
            exit 0
        fi
    done
    minor=$((minor - 1))
done
echo "tests/newest.sh: there is no CPython here that is newer than 3.$oldest" >&2
exit 1
