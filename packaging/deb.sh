#!/bin/sh
# Builds dist/termintreu_VERSION_ARCH.deb: the program with all it needs in /usr/lib/termintreu, run by Debian's python3,
# its units, manual and completion where Debian looks for them. Needs dpkg-deb and python3-venv.
set -eu
cd "$(dirname "$0")/.."
python=/usr/bin/python3
maintainer=$(sed -n 's/^ -- \(.*>\)  .*/\1/p' packaging/debian/changelog | head -n 1)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
architecture=$(dpkg --print-architecture)
minor=$($python -c 'import sys; print(sys.version_info.minor)')
root=$(pwd)/build/deb
home=$root/usr/lib/termintreu

sed -n 1p packaging/debian/changelog | grep -q "^termintreu ($version) " || {
    echo "packaging/deb.sh: packaging/debian/changelog has no entry for $version" >&2
    exit 1
}

rm -rf "$root"
mkdir -p "$home" "$root/DEBIAN" "$root/usr/bin" "$root/etc/termintreu" dist
$python -m venv "$home"
"$home/bin/python" -m pip --disable-pip-version-check --quiet install --no-compile \
    ".[keyring,web,alerts,fritzbox,scale]"
"$home/bin/python" -m pip --disable-pip-version-check --quiet uninstall --yes pip setuptools
find "$home" -name __pycache__ -prune -exec rm -rf {} +
# The commands of the packages that it needs are nobody's concern here.
find "$home/bin" -mindepth 1 ! -name 'python*' ! -name termintreu -delete
find "$home" \( -name .gitignore -o -name .gitattributes \) -delete
find "$home/lib" -name '*.so*' -exec chmod 644 {} +
# A venv knows its own place; give it the one it will have.
grep -rlIF "$root" "$home" | xargs -r sed -i "s#$root##g"

ln -s ../lib/termintreu/bin/termintreu "$root/usr/bin/termintreu"
install -Dm644 -t "$root/usr/lib/systemd/system" systemd/*.service
install -Dm644 -t "$root/usr/lib/systemd/user" systemd/user/*.service
install -Dm644 -t "$root/usr/lib/sysusers.d" systemd/sysusers.d/termintreu.conf
install -Dm644 docs/termintreu.1 "$root/usr/share/man/man1/termintreu.1"
gzip -9n "$root/usr/share/man/man1/termintreu.1"
install -Dm644 docs/completion/termintreu.bash "$root/usr/share/bash-completion/completions/termintreu"
install -Dm644 docs/completion/_termintreu "$root/usr/share/zsh/vendor-completions/_termintreu"
install -Dm644 docs/completion/termintreu.fish "$root/usr/share/fish/vendor_completions.d/termintreu.fish"
install -Dm644 -t "$root/usr/share/doc/termintreu" README.md CHANGELOG.md config.example.toml
install -Dm644 packaging/debian/changelog "$root/usr/share/doc/termintreu/changelog"
gzip -9n "$root/usr/share/doc/termintreu/changelog"
install -Dm644 LICENSE "$root/usr/share/doc/termintreu/copyright"
install -Dm644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/termintreu"

cat > "$root/DEBIAN/control" <<CONTROL
Package: termintreu
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: python3 (>= 3.$minor), python3 (<< 3.$((minor + 1))), ca-certificates, passwd, libc6 (>= 2.28)
Recommends: systemd
Section: utils
Priority: optional
Description: reminders and tasks for the calls in your calendar
 Reads the calendars that you already have, finds the phone and video calls in
 them, and writes reminders and tasks into calendars of its own on your server.
CONTROL
install -m755 -t "$root/DEBIAN" packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm
dpkg-deb --root-owner-group --build "$root" "dist/termintreu_${version}_$architecture.deb"
