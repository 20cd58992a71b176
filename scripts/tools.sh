#!/usr/bin/env bash
# Installs the foreign programs that judge what kubepki writes (test/support/foreign.ts looks them up):
#   zlint and pkilint, pinned, into ${XDG_CACHE_HOME:-~/.cache}/kubepki-tools, outside the repository;
#   with --system also what comes as Debian packages (openssl, Go, Python's venv, kubectl, faketime, chromium), with apt-get.
set -euo pipefail

zlint_version=v3.7.3
pkilint_version=0.13.3
cache="${XDG_CACHE_HOME:-$HOME/.cache}/kubepki-tools"
mkdir -p "$cache/bin"

have() { command -v "$1" >/dev/null 2>&1; }
have go || PATH="$PATH:/usr/local/go/bin:/usr/lib/go/bin"

missing=()
have openssl || missing+=(openssl)
have go || missing+=(golang-go)
have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
have kubectl || missing+=(kubernetes-client)
have faketime || missing+=(faketime)
have chromium || missing+=(chromium)
have git || missing+=(git) # go install asks for it

if [ "${#missing[@]}" -gt 0 ]; then
  if [ "${1:-}" != --system ] || [ "$(id -u)" != 0 ]; then
    echo "tools: these Debian packages are missing: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -q -y --no-install-recommends "${missing[@]}" ca-certificates
fi

# Debian 12's own Go (1.19) is too old for zlint, and too old to fetch a newer toolchain by itself.
go_minor=$(go env GOVERSION | sed -E 's/^go1\.([0-9]+).*/\1/')
if [ "$go_minor" -lt 24 ]; then
  echo "tools: $(go env GOVERSION) is too old, expected Go 1.24 or newer in PATH" >&2
  exit 1
fi

if [ ! -x "$cache/zlint-$zlint_version/zlint" ]; then
  GOBIN="$cache/zlint-$zlint_version" go install "github.com/zmap/zlint/v3/cmd/zlint@$zlint_version"
fi
ln -sfn "../zlint-$zlint_version/zlint" "$cache/bin/zlint"

venv="$cache/pkilint-$pkilint_version"
if [ ! -x "$venv/bin/lint_pkix_cert" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "pkilint==$pkilint_version"
fi
ln -sfn "../pkilint-$pkilint_version/bin/lint_pkix_cert" "$cache/bin/lint_pkix_cert"

echo "tools: zlint $zlint_version and pkilint $pkilint_version are in $cache/bin"
