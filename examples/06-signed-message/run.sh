#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/06-signed-message, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=12 # the circuit needs 2^12 rows
begin "a date of birth that an issuer signed, from source to verified proof" "${1:-}" "$here/signed_message.py" "$here/good.json"

phase1 $power
step "Compile the circuit" zkctl compile signed_message.py -o .
step "Make its Groth16 key" zkctl setup groth16 signed_message.r1cs pot.ptau -o key_0000.zkey
step "Contribute to the key" zkctl ceremony contribute key_0000.zkey -o key.zkey --name "DEV ONLY one machine" -q
step "Export the verification key" zkctl export-vkey key.zkey -o vkey.json
step "Compute the witness" zkctl witness signed_message.wprog good.json -o witness.wtns
step "Prove" zkctl prove key.zkey witness.wtns -o proof.json --public public.json
step "Verify" zkctl verify vkey.json public.json proof.json

echo
sed 's/19900415/19900414/' good.json >other_date.json
echo "${bold}A date that was not signed${off}"
if zkctl witness signed_message.wprog other_date.json -o other.wtns 2>refused.txt; then
    echo "error: the witness of a date that was not signed was computed" >&2
    exit 1
fi
grep '^error' refused.txt | sed 's/^/   /'
finish signed_message.r1cs signed_message.wprog key.zkey vkey.json proof.json public.json
