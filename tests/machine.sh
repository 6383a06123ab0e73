#!/bin/sh
# What the tests need of the machine itself: `tests/machine.sh PACKAGE...` installs those Debian packages that are
# missing, and does nothing where all of them are there. Ends with 1 and one line where it cannot.
set -u

missing=
for package in "$@"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

give_up() {
    echo "tests/machine.sh: the tests need$missing, which could not be installed here: $1" >&2
    exit 1
}

command -v apt-get >/dev/null || give_up "there is no apt-get"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || give_up "run it as root, or where sudo asks for no password"
    as_root="sudo -n"
fi

said=$(mktemp)
trap 'rm -f "$said"' EXIT
apt() {
    # Another apt may be at work: wait for it. A package's questions get their default answers.
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet --yes \
        --option DPkg::Lock::Timeout=120 "$@" >"$said" 2>&1
}
# shellcheck disable=SC2086 # a list of words is meant
apt update && apt install --no-install-recommends $missing || give_up "$(tail -n 1 "$said")"
