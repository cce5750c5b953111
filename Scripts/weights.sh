#!/bin/sh
# weights.sh GANTRY FOLDER: torchvision's ResNet-50 (IMAGENET1K_V1, BSD-3-Clause) from its public address, checked by
# its SHA-256 and converted into FOLDER/resnet50.safetensors by the executable GANTRY.
#
# WEIGHTS_URL and WEIGHTS_SHA256 name another file. Ends with 75 where the address cannot be reached, 65 where another
# file lies there.
set -eu
gantry=$1
folder=$2
url=${WEIGHTS_URL:-https://download.pytorch.org/models/resnet50-0676ba61.pth}
sha256=${WEIGHTS_SHA256:-0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a}
file=$folder/$(basename "$url")

mkdir -p "$folder"
if ! echo "$sha256  $file" | sha256sum --check --status 2>/dev/null; then
    part=$file.part
    trap 'rm -f "$part"' EXIT
    if ! curl --fail --silent --show-error --location --retry 2 --output "$part" "$url"; then
        [ -w "$folder" ] || { echo "weights: $folder cannot be written" >&2; exit 73; }
        echo "weights: $url cannot be had from here. Fetch it where there is internet, put it at $file," \
            "and run this again." >&2
        exit 75
    fi
    if ! echo "$sha256  $part" | sha256sum --check --status; then
        found=$(sha256sum "$part" | cut -d' ' -f1)
        echo "weights: what lies at $url is not the file that was expected: its SHA-256 is $found," >&2
        echo "weights: expected $sha256. Nothing was written." >&2
        exit 65
    fi
    mv "$part" "$file"
fi
"$gantry" model convert "$file" "$folder/resnet50.safetensors" --stride v1.5 --force
