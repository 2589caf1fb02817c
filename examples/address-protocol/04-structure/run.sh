#!/usr/bin/env bash
# structure-v1: see README.md one folder above.  Output goes to build/04-structure, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "my registered address is in a country and exact to the room" "${1:-}" "$here/../homes.csv"

registry
keys structure structure-v1-d4 -P registry_depth=4
publish epoch-1
both structure epoch-1 structure-v1-d4 --country JP --depth 8
finish groth16/structure.r1cs groth16/key.zkey plonk/key.zkey proof.json public.json
