#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/06-private-vote, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=12 # the circuit needs 2^12 rows
begin "a private vote, from source to verified proof" "${1:-}" "$here/private_vote.py" "$here/good.json"

phase1 $power
groth16_proof private_vote key

echo
sed 's/"vote": 2/"vote": 4/' good.json >no_choice.json
echo "${bold}A vote that is no choice of the poll${off}"
if zkctl witness private_vote.wprog no_choice.json -o no_choice.wtns 2>refused.txt; then
    echo "error: the witness of a vote that is no choice was computed" >&2
    exit 1
fi
grep '^error' refused.txt | sed 's/^/   /'
finish private_vote.r1cs private_vote.wprog key.zkey vkey.json proof.json public.json
