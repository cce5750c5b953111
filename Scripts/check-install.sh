#!/bin/sh
# What `make install` puts in place runs on a machine without the Swift toolchain: checked in a folder of its own.
set -eu
cd "$(dirname "$0")/.."
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
fail() { echo "check-install: $1" >&2; exit 1; }

make --no-print-directory install PREFIX="$prefix"

if ldd "$prefix/bin/gantry" | grep -E 'swift|Foundation|not found'; then
    fail "the executable needs the libraries above, which a machine without the toolchain has not"
fi
# No PATH to the toolchain, no environment: the installed bundle is found beside the executable.
cd "$prefix"
run() { env -i PATH=/usr/bin:/bin "$prefix/bin/gantry" "$@"; }
run --version | grep -q 'Research use only' || fail "--version does not say what it is for"
run bundle verify share/gantry/Pipelines/covid19-chest-ct || fail "the installed bundle is not the one that was listed"
run phantom --output phantoms --studies 1 --slices 12 >/dev/null || fail "phantom failed"
run ingest phantoms --store state/gantry.sqlite --output reports --smallest-free-gb 0 || fail "ingest failed"
ls reports/patients/*/index.html >/dev/null || fail "no report was written"
for file in share/man/man1/gantry.1 share/bash-completion/completions/gantry share/zsh/site-functions/_gantry \
    share/fish/vendor_completions.d/gantry.fish share/gantry/Pipelines/covid19-chest-ct/pipeline.yaml; do
    [ -s "$file" ] || fail "$file is missing"
done
[ "$(stat -c %a share/gantry/Pipelines/covid19-chest-ct/model.safetensors)" = 644 ] || fail "the model is not readable for all"
echo "check-install: what make install puts in place runs without the toolchain"
