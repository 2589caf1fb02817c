#!/usr/bin/env bash
# From a .circom source to a verified proof: see README.md beside this file.  Output goes to build/04-circom, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=13 # the circuit needs 2^13 rows
begin "a signal of a group's member, from a .circom source to a verified proof" "${1:-}" "$here"/{signal.circom,poseidon.circom,good.json}

phase1 $power
groth16_proof signal.circom signal --O2

echo
sed 's/"message": "42"/"message": "43"/' good.json >other.json
sed '0,/12345678901234567890/s//98765432109876543210/' good.json >stranger.json
echo "${bold}Somebody who is not in the group proves membership in another group: the root differs${off}"
zkctl witness signal.wprog stranger.json -o stranger.wtns -q >/dev/null
zkctl export-json stranger.wtns -o stranger.witness.json -q >/dev/null
echo "   the group's root: $(tr -d ' ",' <<<"$(sed -n 2p public.json)")"
echo "   the stranger's:   $(tr -d ' ",' <<<"$(sed -n 3p stranger.witness.json)")"
finish signal.r1cs signal.wprog signal.zkey vkey.json proof.json public.json
