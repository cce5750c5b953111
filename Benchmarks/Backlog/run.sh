#!/bin/sh
# What a look at a drop folder and a study cost with 100 and with STUDIES (100000) behind them, and a look of the real
# folder with as many on disk. In memory where there is a file system for that: what is asked is what the program does,
# not the disk.
set -eu
cd "$(dirname "$0")/../.."
swift build -c release --product backlog-benchmark
folder=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" gantry-backlog.XXXXXX)
trap 'rm -rf "$folder"' EXIT
.build/release/backlog-benchmark "$folder" "${STUDIES:-100000}"
