#!/usr/bin/env bash
# version-v1: see README.md one folder above.  Output goes to build/07-version, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "I moved: one holder owns the old address and the new one" "${1:-}" "$here/../homes.csv"

registry
keys version version-v1-d4e4 -P depth=4 -P revocation_depth=4
publish epoch-1
head -1 homes.csv | sed 's/$/,version,replaces/' >move.csv
sed -n 2p homes.csv | sed 's/R342/R101/; s/$/,2,0/' >>move.csv
step "Ann moves to another room" zkctl address registry add registry move.csv --credentials moved.jsonl
publish epoch-2
ask() { step "The shop asks" zkctl address request shop version-v1-d4e4 --owner $owner -o request.json --force; }
moved=(--secret ann.json --credential moved.jsonl --snapshot epoch-2 --old-credential home.json --old-snapshot epoch-1)
ask
proof groth16 version "${moved[@]}"
accept groth16 epoch-2
ask
proof plonk version "${moved[@]}"
refused "The same move again, proved with PLONK" \
    zkctl address verify shop request.json plonk/vkey.json public.json proof.json --records epoch-2/records.jsonl
finish groth16/version.r1cs groth16/key.zkey plonk/key.zkey proof.json public.json
