#!/usr/bin/env bash
# Installs the pm-sync that this action belongs to: the release's binary, its checksum verified, else built from crates.io.
# Bash 3.2 is enough, which is what macOS has.
set -euo pipefail

say() {
    echo "pm-sync: $*"
}

fail() {
    echo "::error title=pm-sync::$*"
    exit 1
}

finish() {
    "$1" --version || fail "$1 does not run here"
    echo "path=$1" >>"$GITHUB_OUTPUT"
    exit 0
}

version=${PM_SYNC_VERSION:-}
if [ "$version" = path ]; then
    binary=$(command -v pm-sync) || fail "there is no pm-sync on the PATH"
    finish "$binary"
fi
if [ -z "$version" ]; then
    # The sources lie beside this script, and say which version they are.
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
fi
version=${version#v}
# It becomes part of an address and of a path.
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "the version must be like 0.1.0"

windows=
case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
Linux-X64) target=x86_64-unknown-linux-musl ;;
Linux-ARM64) target=aarch64-unknown-linux-musl ;;
macOS-X64) target=x86_64-apple-darwin ;;
macOS-ARM64) target=aarch64-apple-darwin ;;
Windows-X64 | Windows-ARM64) target=x86_64-pc-windows-msvc windows=.exe ;;
*) target= ;;
esac

folder=$RUNNER_TEMP/pm-sync-$version
binary=$folder/bin/pm-sync$windows
# Another step of the same job has been here.
[ -x "$binary" ] && finish "$binary"
mkdir -p "$folder/bin"

sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum -- "$1"
    else
        shasum -a 256 -- "$1"
    fi | sed 's/^\\//' | cut -d ' ' -f 1
}

download() {
    curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --max-time 300 \
        --output "$folder/$1" "https://github.com/pm-sync/pm-sync/releases/download/v$version/$1"
}

if [ -n "$target" ]; then
    archive=pm-sync-$version-$target.tar.gz
    if download "$archive" && download SHA256SUMS; then
        expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$folder/SHA256SUMS")
        actual=$(sha256 "$folder/$archive")
        # A release that isn't what it says is no reason to build: something is wrong with it.
        [ -n "$expected" ] || fail "SHA256SUMS of v$version does not list $archive"
        [ "$expected" = "$actual" ] || fail "$archive is not the file that SHA256SUMS of v$version lists"
        # By standard input: GNU tar takes the colon of a Windows path for a host.
        tar -xzf - -C "$folder/bin" "pm-sync$windows" <"$folder/$archive"
        finish "$binary"
    fi
    say "no release of v$version for $target could be downloaded; building it instead"
fi

command -v cargo >/dev/null || fail "there is no release of v$version for this runner, and no cargo to build it with"
cargo install --locked --root "$folder" "pm-sync@$version"
finish "$binary"
