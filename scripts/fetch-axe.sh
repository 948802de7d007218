#!/usr/bin/env bash
# Print the path of axe-core, the accessibility checker of the browser tests: one pinned file from npm, verified.
set -euo pipefail
cd "$(dirname "$0")/.."

VERSION=4.14.1
SHA256=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
folder=.cache/axe-core-$VERSION
file=$folder/axe.min.js

if [ ! -s "$file" ]; then
  command -v npm >/dev/null || { echo "error: no npm on this machine. What to do: sudo apt-get install npm" >&2; exit 1; }
  echo "axe-core: fetching $VERSION from npm" >&2
  mkdir -p "$folder"
  (cd "$folder" && npm pack --silent "axe-core@$VERSION" >/dev/null && tar -xzf "axe-core-$VERSION.tgz" --strip-components=1 package/axe.min.js && rm "axe-core-$VERSION.tgz")
fi
echo "$SHA256  $file" | sha256sum --check --quiet >&2 || { rm -f "$file"; echo "error: axe-core $VERSION is not what it was. Run this again; if that fails, do not use it." >&2; exit 1; }
echo "$PWD/$file"
