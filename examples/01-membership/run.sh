#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/demo, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
depth=20
power=13 # the depth-20 circuit needs 2^13 rows
begin "Merkle membership of depth $depth, from source to verified proof" "${1:-$root/build/demo}" "$root/circuits/membership.py" "$root/circuits/inputs/membership/good.json"

phase1 $power
step "Compile the circuit" zkctl compile membership.py -P depth=$depth -o .
step "Make its Groth16 key" zkctl setup groth16 membership.r1cs pot.ptau -o membership_0000.zkey
step "Contribute to the key" zkctl ceremony contribute membership_0000.zkey -o membership.zkey --name "DEV ONLY one machine" -q
step "Export the verification key" zkctl export-vkey membership.zkey -o vkey.json
step "Compute the witness" zkctl witness membership.wprog good.json -o witness.wtns
step "Prove" zkctl prove membership.zkey witness.wtns -o proof.json --public public.json
step "Verify" zkctl verify vkey.json public.json proof.json

finish membership.r1cs membership.wprog membership.zkey vkey.json proof.json public.json
