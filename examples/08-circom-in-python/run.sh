#!/usr/bin/env bash
# A circuit in Python that calls templates of circom, to verified proofs: see README.md beside this file.  Output goes to build/08-circom-in-python, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=14 # 2^13 rows of PLONK, and 6 powers more
begin "a circuit half in Python, half in circom" "${1:-}" "$here"/{member.py,good.json} "$here"/../04-circom/{signal.circom,poseidon.circom}

phase1 $power
groth16_proof member key
step "Prove that the outputs are unique, through the templates of circom" zkctl lint member.py
step "See which lines cost constraints" zkctl profile member.py -q

mkdir plonk
step "Compile the circuit for PLONK" zkctl compile member.py -o plonk --for plonk
step "Make its PLONK key" zkctl setup plonk plonk/member.r1cs pot.ptau -o plonk/key.zkey
step "Export the verification key" zkctl export-vkey plonk/key.zkey -o plonk/vkey.json
step "Compute the witness" zkctl witness plonk/member.wprog good.json -o plonk/witness.wtns
step "Prove by PLONK" zkctl prove plonk/key.zkey plonk/witness.wtns -o plonk/proof.json --public plonk/public.json
step "Verify" zkctl verify plonk/vkey.json plonk/public.json plonk/proof.json
cmp public.json plonk/public.json
finish member.r1cs member.wprog key.zkey plonk/key.zkey proof.json plonk/proof.json
