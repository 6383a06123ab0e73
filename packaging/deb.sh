#!/bin/sh
# Builds dist/termintreu_VERSION_ARCH.deb: the program with all it needs in /opt/termintreu, run by Debian's python3,
# its units, manual and completion where Debian looks for them. Needs dpkg-deb and python3-venv.
set -eu
cd "$(dirname "$0")/.."
python=/usr/bin/python3
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
architecture=$(dpkg --print-architecture)
minor=$($python -c 'import sys; print(sys.version_info.minor)')
root=$(pwd)/build/deb
opt=$root/opt/termintreu

rm -rf "$root"
mkdir -p "$opt" "$root/DEBIAN" "$root/usr/bin" "$root/etc/termintreu" dist
$python -m venv "$opt"
"$opt/bin/python" -m pip --disable-pip-version-check --quiet install --no-compile ".[keyring,web]"
"$opt/bin/python" -m pip --disable-pip-version-check --quiet uninstall --yes pip setuptools
find "$opt" -name __pycache__ -prune -exec rm -rf {} +
rm -f "$opt"/bin/[Aa]ctivate* "$opt/.gitignore"
# A venv knows its own place; give it the one it will have.
grep -rlIF "$root" "$opt" | xargs -r sed -i "s#$root##g"

ln -s /opt/termintreu/bin/termintreu "$root/usr/bin/termintreu"
install -Dm644 -t "$root/usr/lib/systemd/system" systemd/*.service
install -Dm644 -t "$root/usr/lib/systemd/user" systemd/user/*.service
install -Dm644 -t "$root/usr/lib/sysusers.d" systemd/sysusers.d/termintreu.conf
install -Dm644 docs/termintreu.1 "$root/usr/share/man/man1/termintreu.1"
gzip -9n "$root/usr/share/man/man1/termintreu.1"
install -Dm644 docs/completion/termintreu.bash "$root/usr/share/bash-completion/completions/termintreu"
install -Dm644 docs/completion/_termintreu "$root/usr/share/zsh/vendor-completions/_termintreu"
install -Dm644 docs/completion/termintreu.fish "$root/usr/share/fish/vendor_completions.d/termintreu.fish"
install -Dm644 -t "$root/usr/share/doc/termintreu" README.md CHANGELOG.md config.example.toml
install -Dm644 LICENSE "$root/usr/share/doc/termintreu/copyright"

cat > "$root/DEBIAN/control" <<CONTROL
Package: termintreu
Version: $version
Architecture: $architecture
Maintainer: The termintreu authors <termintreu@localhost>
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: python3 (>= 3.$minor), python3 (<< 3.$((minor + 1))), ca-certificates
Recommends: systemd
Section: utils
Priority: optional
Description: keeps the calls you promised
 Reads the calendars you already have, finds the phone and video calls in
 them, and writes reminders and tasks into calendars of its own on your server.
CONTROL
cat > "$root/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    if command -v systemd-sysusers >/dev/null; then systemd-sysusers termintreu.conf; fi
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl try-restart termintreu.service
    fi
fi
POSTINST
cat > "$root/DEBIAN/prerm" <<'PRERM'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl disable --now termintreu.service; fi
# What Python compiled for itself is no file of the package.
find /opt/termintreu -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
PRERM
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
dpkg-deb --root-owner-group --build "$root" "dist/termintreu_${version}_$architecture.deb"
