#!/usr/bin/env bash
# From a circuit to the verdict of a PLONK contract: see README.md beside this file.  Output goes to build/02-plonk, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=9 # 2^8 rows of PLONK, and 6 powers more
begin "a product of two secrets, by PLONK, from source to the verdict of a contract" "${1:-}" "$here/factors.py" "$here/good.json"

phase1 $power
step "Compile the circuit, with as few rows of PLONK as possible" zkctl compile factors.py -o . --for plonk
step "Make its PLONK key, with no ceremony of its own" zkctl setup plonk factors.r1cs pot.ptau -o key.zkey
step "Make it again from the same files and compare" zkctl ceremony verify key.zkey --r1cs factors.r1cs --ptau pot.ptau
step "Export the verification key" zkctl export-vkey key.zkey -o vkey.json
step "Compute the witness" zkctl witness factors.wprog good.json -o witness.wtns
step "Prove" zkctl prove key.zkey witness.wtns -o proof.json --public public.json
step "Write the contract" zkctl export-solidity key.zkey -o FactorsVerifier.sol --name FactorsVerifier
verify_on_chain FactorsVerifier.sol vkey.json public.json proof.json

finish factors.r1cs key.zkey vkey.json FactorsVerifier.sol proof.json public.json
