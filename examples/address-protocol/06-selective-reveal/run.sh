#!/usr/bin/env bash
# selective-reveal-v1: see README.md one folder above.  Output goes to build/06-selective-reveal, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "these fields of my registered address have these values" "${1:-}" "$here/../homes.csv"

registry
keys selective_reveal selective-reveal-v1-d4 -P depth=4
publish epoch-1
both selective_reveal epoch-1 selective-reveal-v1-d4 --reveal country --reveal postal_code
finish groth16/selective_reveal.r1cs groth16/key.zkey plonk/key.zkey proof.json public.json
