#!/usr/bin/env bash
# From a circuit to a verified proof: see README.md beside this file.  Output goes to build/07-signed-message, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=12 # the circuit needs 2^12 rows
begin "a date of birth that an issuer signed, from source to verified proof" "${1:-}" "$here/signed_message.py" "$here/good.json"

phase1 $power
groth16_proof signed_message key

echo
sed 's/19900415/19900414/' good.json >other_date.json
echo "${bold}A date that was not signed${off}"
if zkctl witness signed_message.wprog other_date.json -o other.wtns 2>refused.txt; then
    echo "error: the witness of a date that was not signed was computed" >&2
    exit 1
fi
grep '^error' refused.txt | sed 's/^/   /'
finish signed_message.r1cs signed_message.wprog key.zkey vkey.json proof.json public.json
