#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/demo or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$root/build/demo}
depth=20
power=13 # the depth-20 circuit needs 2^13 rows
source "$here/../steps.sh"

rm -rf "$out"
mkdir -p "$out"
cp "$root/circuits/membership.py" "$root/circuits/inputs/membership/good.json" "$out"
cd "$out"

echo "${bold}zkctl: Merkle membership of depth $depth, from source to verified proof${off}"
echo "The parameters made here come from this one machine: good for trying things out, not for real use."
echo

phase1 $power
step "Compile the circuit" zkctl compile membership.py -P depth=$depth -o .
step "Make its Groth16 key" zkctl setup groth16 membership.r1cs pot.ptau -o membership_0000.zkey
step "Contribute to the key" zkctl ceremony contribute membership_0000.zkey -o membership.zkey --name "DEV ONLY one machine" -q
step "Export the verification key" zkctl export-vkey membership.zkey -o vkey.json
step "Compute the witness" zkctl witness membership.wprog good.json -o witness.wtns
step "Prove" zkctl prove membership.zkey witness.wtns -o proof.json --public public.json
step "Verify" zkctl verify vkey.json public.json proof.json

echo
echo "${bold}Done in $(elapsed "$started") s.${off} Files in ${out#"$PWD/"}:"
wc -c membership.r1cs membership.wprog membership.zkey vkey.json proof.json public.json | sed '$d'
echo "INSECURE: one machine knew every secret of pot.ptau and membership.zkey; a real setup needs many people."
