#!/bin/sh
# install.sh BUILD PREFIX: puts the executable of the build folder, its man page, shell completions, the pipelines and
# the scripts that send to an archive below PREFIX.
set -eu
executable=$1/gantry
manual=$1/generate-manual
prefix=$2
umask 022

install -D -m 755 "$executable" "$prefix/bin/gantry"
for shell in bash zsh fish; do
    case $shell in
    bash) file="$prefix/share/bash-completion/completions/gantry" ;;
    zsh) file="$prefix/share/zsh/site-functions/_gantry" ;;
    fish) file="$prefix/share/fish/vendor_completions.d/gantry.fish" ;;
    esac
    mkdir -p "$(dirname "$file")"
    "$executable" --generate-completion-script "$shell" >"$file"
done
mkdir -p "$prefix/share/man/man1"
"$manual" "$executable" --output-directory "$prefix/share/man/man1"
for bundle in Pipelines/*/; do
    name=$(basename "$bundle")
    mkdir -p "$prefix/share/gantry/Pipelines/$name"
    install -m 644 "$bundle"* "$prefix/share/gantry/Pipelines/$name/"
done
mkdir -p "$prefix/share/gantry/pacs"
install -m 644 Scripts/pacs/outbox.sh "$prefix/share/gantry/pacs/"
install -m 755 Scripts/pacs/send-*.sh "$prefix/share/gantry/pacs/"
echo "Installed $prefix/bin/gantry"
