#!/bin/sh
# Compile every circuit of the project in this folder (zkctl.yaml): build/NAME.r1cs, .sym and .wprog.
# Put a project here first: your own, or `zkctl init . --template membership` for a start.
set -eu
cd "$(dirname "$0")"
if [ ! -f zkctl.yaml ]; then
    echo "error: there is no zkctl.yaml in $PWD; make one with: zkctl init . --template membership" >&2
    exit 2
fi
zkctl compile --all
