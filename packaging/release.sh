#!/bin/sh
# Builds wheel, sdist and .deb from what is committed into dist/, then tries each where nothing of this repository is:
# its version, and `check` on the example that came with it. Needs what `make dev` and packaging/deb.sh need.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
work=$root/build/release
example=share/doc/termintreu/config.example.toml

fail() {
    echo "packaging/release.sh: $1" >&2
    exit 1
}

[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed; a release is made of commits"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
grep -q "^## $version$" CHANGELOG.md || fail "CHANGELOG.md has no heading for $version"

rm -rf "$work" dist
mkdir -p "$work/source" dist
git archive HEAD | tar -x -C "$work/source"
[ -x .venv/bin/python ] || fail "run 'make dev' first"

echo "building wheel and sdist"
# The wheel is built from the sdist, so an sdist that lacks something shows here.
(cd "$work/source" && "$root/.venv/bin/python" -m build --outdir "$root/dist" . >"$work/build.log" 2>&1) ||
    fail "the build failed: $(tail -n 3 "$work/build.log")"
echo "building .deb"
(cd "$work/source" && packaging/deb.sh >"$work/deb.log" 2>&1) || fail "the .deb failed: $(tail -n 3 "$work/deb.log")"
cp "$work"/source/dist/*.deb dist/

# tried NAME PYTHON EXAMPLE: the program answers with its version and reads the example that came with it.
tried() {
    cd "$work"
    said=$("$2" -I -m termintreu --version)
    [ "$said" = "termintreu $version" ] || fail "$1 says '$said' and is $version"
    cp "$3" "$work/$1.toml"
    chmod 600 "$work/$1.toml"
    "$2" -I -m termintreu check --config "$work/$1.toml" >"$work/$1.log" 2>&1 ||
        fail "$1 does not read its own example: $(tail -n 3 "$work/$1.log")"
    if "$2" -I -c 'import tools' 2>/dev/null; then fail "$1 ships the repository's tools"; fi
    echo "$1: $said reads its example"
    cd "$root"
}

for file in dist/*.whl dist/*.tar.gz; do
    name=$(case "$file" in *.whl) echo wheel ;; *) echo sdist ;; esac)
    python3 -m venv "$work/$name"
    "$work/$name/bin/python" -m pip --disable-pip-version-check --quiet install "$file"
    tried "$name" "$work/$name/bin/python" "$work/$name/$example"
done

dpkg-deb -x dist/*.deb "$work/deb"
for file in usr/bin/termintreu usr/lib/systemd/system/termintreu.service usr/share/man/man1/termintreu.1.gz \
    usr/share/bash-completion/completions/termintreu usr/share/zsh/vendor-completions/_termintreu \
    usr/share/fish/vendor_completions.d/termintreu.fish; do
    [ -e "$work/deb/$file" ] || [ -L "$work/deb/$file" ] || fail "the .deb lacks $file"
done
for unit in termintreu@ termintreu-worker@ termintreu-scheduler; do
    [ -e "$work/deb/usr/lib/systemd/system/$unit.service" ] || fail "the .deb lacks $unit.service"
done
"$work/deb/usr/lib/termintreu/bin/python" -I -c 'import apprise, procrastinate, psycopg, fritzconnection, keyring, aiohttp' ||
    fail "the .deb lacks what its units need"
tried deb "$work/deb/usr/lib/termintreu/bin/python" "$work/deb/usr/$example"
if command -v mmdebstrap >/dev/null && [ "$(id -u)" -eq 0 ]; then
    packaging/try-deb.sh dist/*.deb
else
    echo "deb: not installed anywhere (that takes root and mmdebstrap)"
fi

ls -l dist
