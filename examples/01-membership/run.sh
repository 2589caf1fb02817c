#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/demo, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
depth=20
power=13 # the depth-20 circuit needs 2^13 rows
begin "Merkle membership of depth $depth, from source to verified proof" "${1:-$root/build/demo}" "$root/circuits/membership.py" "$root/circuits/inputs/membership/good.json"

phase1 $power
groth16_proof membership membership -P depth=$depth

finish membership.r1cs membership.wprog membership.zkey vkey.json proof.json public.json
