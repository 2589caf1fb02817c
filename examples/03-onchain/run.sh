#!/usr/bin/env bash
# One circuit, three proof systems, three contracts: see README.md beside this file.  Output goes to build/03-onchain, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../steps.sh"
power=12 # fflonk takes nine times its 2^8 rows, the others fewer
begin "a product of two secrets, verified by contracts" "${1:-}" "$here/../02-plonk/factors.py" "$here/../02-plonk/good.json"

phase1 $power
step "Compile the circuit" zkctl compile factors.py -o .
step "Compute the witness" zkctl witness factors.wprog good.json -o witness.wtns
step "Make the key of Groth16" zkctl setup groth16 factors.r1cs pot.ptau -o groth16_0000.zkey
step "Contribute to it" zkctl ceremony contribute groth16_0000.zkey -o groth16.zkey --name "DEV ONLY one machine" -q
step "Make the key of PLONK" zkctl setup plonk factors.r1cs pot.ptau -o plonk.zkey
step "Make the key of fflonk" zkctl setup fflonk factors.r1cs pot.ptau -o fflonk.zkey

for system in groth16 plonk fflonk; do
    step "$system: export the verification key" zkctl export-vkey $system.zkey -o $system.vkey.json
    step "$system: prove" zkctl prove $system.zkey witness.wtns -o $system.proof.json --public $system.public.json
    step "$system: write the contract" zkctl export-solidity $system.zkey -o $system.sol
    step "$system: print the arguments of its function" zkctl calldata $system.proof.json $system.public.json --format json
    step "$system: write what a transaction carries" \
        zkctl calldata $system.proof.json $system.public.json --format abi -o $system.calldata
    verify_on_chain $system.sol $system.vkey.json $system.public.json $system.proof.json
done

finish ./*.zkey ./*.sol ./*.calldata
