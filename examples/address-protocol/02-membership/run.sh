#!/usr/bin/env bash
# membership-v1: see README.md one folder above.  Output goes to build/02-membership, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "I hold a registered address that is not revoked, once for each purpose" "${1:-}" "$here/../homes.csv"

registry
keys membership membership-v1-d4e4 -P depth=4 -P revocation_depth=4
publish epoch-1
ask() { step "The shop asks" zkctl address request shop membership-v1-d4e4 --owner $owner --purpose gift --period "$1" -o request.json --force; }
ask 1
proof groth16 membership --secret ann.json --credential home.json --snapshot epoch-1
accept groth16 epoch-1
refused "The same answer again" \
    zkctl address verify shop request.json groth16/vkey.json public.json proof.json --records epoch-1/records.jsonl
ask 1
proof plonk membership --secret ann.json --credential home.json --snapshot epoch-1
refused "A second gift, proved with PLONK" \
    zkctl address verify shop request.json plonk/vkey.json public.json proof.json --records epoch-1/records.jsonl
ask 2
proof plonk membership --secret ann.json --credential home.json --snapshot epoch-1
accept plonk epoch-1
finish groth16/membership.r1cs groth16/key.zkey plonk/key.zkey proof.json public.json
