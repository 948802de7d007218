#!/usr/bin/env bash
# Print the path of a Chromium: the machine's own, else Debian's, installed where this user may.
set -euo pipefail

find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if find_browser; then exit 0; fi
echo "browser: installing Debian's chromium" >&2
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  log=$(mktemp)
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium; } \
    >"$log" 2>&1 || { tail -n 5 "$log" >&2; }
fi
find_browser || {
  echo "error: no Chromium on this machine. What to do: sudo apt-get install chromium" >&2
  exit 1
}
