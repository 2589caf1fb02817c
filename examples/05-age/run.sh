#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/05-age, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=9 # the circuit needs 2^9 rows
begin "old enough on a day, from source to verified proof" "${1:-}" "$here/age.py" "$here/good.json"

phase1 $power
groth16_proof age key

echo
sed 's/20260301/20260228/' good.json >day_before.json
echo "${bold}The day before, when the holder is too young${off}"
if zkctl witness age.wprog day_before.json -o day_before.wtns -q 2>refused.txt; then
    echo "error: the witness of the day before was computed" >&2
    exit 1
fi
head -n 1 refused.txt | sed 's/^/   /'
finish age.r1cs age.wprog key.zkey vkey.json proof.json public.json
