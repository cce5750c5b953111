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
# Scoring needs nothing that reads other frameworks' weights: the dynamic linker lists what it loads, early or late.
loads() { cat loaded.* | sed -n 's/.*calling init: .*\/\(lib[^/]*\)$/\1/p' | sort -u; }
env -i PATH=/usr/bin:/bin LD_DEBUG=files LD_DEBUG_OUTPUT="$prefix/loaded" "$prefix/bin/gantry" ingest phantoms \
    --store state/gantry.sqlite --output reports --smallest-free-gb 0 || fail "ingest failed"
loads | grep -q '^libcrypto' || fail "what ingest loads could not be listed"
if loads | grep '^libhdf5'; then fail "ingest loads the library above, which only importing weights needs"; fi
if loads | grep -E '^lib(cairo|pango|glib|X11)'; then fail "ingest loads the libraries above, which only PDFs need"; fi
if grep -q ' avx2 ' /proc/cpuinfo && grep -q ' fma ' /proc/cpuinfo && loads | grep '^libopenblas'; then
    fail "ingest loads the library above on a CPU that has kernels of its own"
fi
# What sends to an archive is there, and finds the outbox that was not written.
said=$(share/gantry/pacs/send-storescu.sh reports 127.0.0.1 104 2>&1) && fail "nothing was sent, and that is no fault"
case $said in *"has no outbox"*) ;; *) fail "send-storescu.sh says: $said" ;; esac
ls reports/patients/*/index.html >/dev/null || fail "no report was written"
run report "$(basename "$(dirname reports/patients/*/*/report.json)")" --store state/gantry.sqlite --output again \
    --format pdf >/dev/null || fail "no PDF was written"
for file in share/man/man1/gantry.1 share/bash-completion/completions/gantry share/zsh/site-functions/_gantry \
    share/fish/vendor_completions.d/gantry.fish share/gantry/Pipelines/covid19-chest-ct/pipeline.yaml \
    share/gantry/pacs/outbox.sh; do
    [ -s "$file" ] || fail "$file is missing"
done
[ "$(stat -c %a share/gantry/Pipelines/covid19-chest-ct/model.safetensors)" = 644 ] ||
    fail "the model is not readable for all"
echo "check-install: what make install puts in place runs without the toolchain, and scores without what only" \
    "importers load"
