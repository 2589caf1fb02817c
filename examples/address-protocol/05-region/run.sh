#!/usr/bin/env bash
# region-v1: see README.md one folder above.  Output goes to build/05-region, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "my registered address is in an allowed region and in no prohibited one" "${1:-}" "$here/../homes.csv"

registry
power=15 # 2^15 rows of PLONK
keys region region-v1-d4k2 -P depth=4 -P list_size=2
publish epoch-1
both region epoch-1 region-v1-d4k2 --allow JP-13 --allow JP-27 --prohibit JP-13-101
step "The shop asks for a region where Ann does not live" \
    zkctl address request shop region-v1-d4k2 --owner $owner --allow JP-27 -o request.json --force
refused "No input is made for a false statement" zkctl address input request.json --key provider.pub --min-leaves 1 \
    --secret ann.json --credential home.json --snapshot epoch-1 -o other.json
finish groth16/region.r1cs groth16/key.zkey plonk/key.zkey proof.json public.json
