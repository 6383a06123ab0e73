#!/bin/sh
# Installs, upgrades, removes and purges a .deb in a bare Debian below build/, with a bad configuration beside a good one and
# instances that run: `packaging/try-deb.sh FILE.deb [SUITE]`. Needs root and mmdebstrap. systemctl is a stand-in there, that
# keeps what it was asked; the package's scripts are the real ones.
set -eu
cd "$(dirname "$0")/.."
package=$1
suite=${2:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
root=$(pwd)/build/try-deb
asked=$root/asked

fail() {
    echo "packaging/try-deb.sh: $1" >&2
    exit 1
}
inside() { chroot "$root" /usr/bin/env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
# dpkg ARGUMENTS: quiet, and never half done.
dpkg_inside() {
    : >"$asked"
    inside dpkg "$@" >"$root/said" 2>&1 || fail "dpkg $*: $(cat "$root/said")"
}
status() { inside dpkg-query --show --showformat='${db:Status-Status}' termintreu; }
was_asked() { grep -qxF "systemctl $1" "$asked" || fail "systemctl was not asked: $1"; }
is_gone() { for path in "$@"; do [ ! -e "$root$path" ] || fail "$path is still there"; done; }

rm -rf "$root"
mkdir -p "$(dirname "$root")"
mmdebstrap --quiet --variant=minbase --include=python3,ca-certificates,systemd "$suite" "$root" >/dev/null
cp "$package" "$root/termintreu.deb"
: >"$asked"

dpkg_inside --install /termintreu.deb
inside termintreu --version >/dev/null || fail "the program does not start"
inside getent passwd termintreu >/dev/null || fail "there is no account"

mkdir -p "$root/run/systemd/system" "$root/etc/termintreu/anna" "$root/etc/termintreu/ben"
cat >"$root/usr/local/bin/systemctl" <<'STAND_IN'
#!/bin/sh
echo "systemctl $*" >>/asked
case "$*" in
list-units*)
    for unit in termintreu.service termintreu@anna.service termintreu@ben.service termintreu-worker@1.service; do
        echo "$unit loaded active running"
    done
    ;;
"try-restart termintreu@ben.service") exit 1 ;;
esac
STAND_IN
chmod 755 "$root/usr/local/bin/systemctl"
cat >"$root/etc/termintreu/config.toml" <<'CONFIG'
[[sources]]
name = "work"
type = "vdir"
path = "/srv"

[target]
type = "vdir"
path = "/srv"
CONFIG
cp "$root/etc/termintreu/config.toml" "$root/etc/termintreu/ben/"
echo 'langage = "de"' >"$root/etc/termintreu/anna/config.toml"
inside useradd --system termintreu-anna
mkdir -p "$root/var/lib/private/termintreu" "$root/var/lib/termintreu-anna"
touch "$root/etc/credstore/termintreu.caldav" "$root/etc/credstore/other"
ln -s /usr/lib/systemd/system/termintreu@.service \
    "$root/etc/systemd/system/multi-user.target.wants/termintreu@anna.service"

dpkg_inside --install /termintreu.deb
[ "$(status)" = installed ] || fail "after an upgrade beside a bad configuration it is $(status)"
for unit in termintreu.service termintreu@ben.service termintreu-worker@1.service; do was_asked "try-restart $unit"; done
if grep -q 'try-restart termintreu@anna' "$asked"; then fail "an instance with a bad configuration was restarted"; fi
grep -q 'langage' "$root/said" || fail "the bad configuration is not told"

dpkg_inside --remove termintreu
was_asked "stop termintreu.service termintreu@*.service termintreu-scheduler.service termintreu-worker@*.service"
is_gone /usr/lib/termintreu /usr/bin/termintreu
[ -e "$root/etc/termintreu/config.toml" ] || fail "a removal took the configuration"

dpkg_inside --purge termintreu
is_gone /etc/termintreu /var/lib/private/termintreu /var/lib/termintreu-anna /etc/credstore/termintreu.caldav \
    /etc/systemd/system/multi-user.target.wants/termintreu@anna.service
[ -e "$root/etc/credstore/other" ] || fail "a purge took somebody else's password"
if inside getent passwd termintreu termintreu-anna >/dev/null; then fail "a purge left an account"; fi
rm -rf "$root"
echo "deb: installed, upgraded beside a bad configuration, removed and purged on $suite"
