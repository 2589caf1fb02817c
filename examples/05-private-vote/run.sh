#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/05-private-vote, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=12 # the circuit needs 2^12 rows
begin "a private vote, from source to verified proof" "${1:-}" "$here/private_vote.py" "$here/good.json"

phase1 $power
step "Compile the circuit" zkctl compile private_vote.py -o .
step "Make its Groth16 key" zkctl setup groth16 private_vote.r1cs pot.ptau -o key_0000.zkey
step "Contribute to the key" zkctl ceremony contribute key_0000.zkey -o key.zkey --name "DEV ONLY one machine" -q
step "Export the verification key" zkctl export-vkey key.zkey -o vkey.json
step "Compute the witness" zkctl witness private_vote.wprog good.json -o witness.wtns
step "Prove" zkctl prove key.zkey witness.wtns -o proof.json --public public.json
step "Verify" zkctl verify vkey.json public.json proof.json

echo
sed 's/"vote": 2/"vote": 4/' good.json >no_choice.json
echo "${bold}A vote that is no choice of the poll${off}"
if zkctl witness private_vote.wprog no_choice.json -o no_choice.wtns 2>refused.txt; then
    echo "error: the witness of a vote that is no choice was computed" >&2
    exit 1
fi
grep '^error' refused.txt | sed 's/^/   /'
finish private_vote.r1cs private_vote.wprog key.zkey vkey.json proof.json public.json
