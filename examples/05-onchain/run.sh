#!/usr/bin/env bash
# From a circuit to the verdict of a contract: see README.md beside this file.  Output goes to a folder of build, or to the one given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$root/build/onchain}
power=9 # the circuit needs 2^9 rows
source "$here/../steps.sh"
PATH=$PATH:$root/tests/interop/node/node_modules/.bin # solcjs, where make setup has installed it

rm -rf "$out"
mkdir -p "$out"
cp "$here/../02-age/age.py" "$here/../02-age/good.json" "$out"
cd "$out"

echo "${bold}zkctl: old enough on a day, verified by a contract${off}"
echo "The parameters made here come from this one machine: good for trying things out, not for real use."
echo

phase1 $power
step "Compile the circuit" zkctl compile age.py -o .
step "Make its Groth16 key" zkctl setup groth16 age.r1cs pot.ptau -o key_0000.zkey
step "Contribute to the key" zkctl ceremony contribute key_0000.zkey -o key.zkey --name "DEV ONLY one machine" -q
step "Export the verification key" zkctl export-vkey key.zkey -o vkey.json
step "Write the contract" zkctl export-solidity key.zkey -o AgeVerifier.sol --name AgeVerifier --batch
step "Compute the witness" zkctl witness age.wprog good.json -o witness.wtns
step "Prove" zkctl prove key.zkey witness.wtns -o proof.json --public public.json
step "Print what a transaction carries" zkctl calldata proof.json public.json --format hex
if command -v solc >/dev/null || command -v solcjs >/dev/null; then
    step "Verify by the contract too, in an EVM on this machine" \
        zkctl verify vkey.json public.json proof.json --evm AgeVerifier.sol
else
    echo "note: no Solidity compiler (npm install -g solc): the contract is not run"
    step "Verify" zkctl verify vkey.json public.json proof.json
fi

echo
echo "${bold}Done in $(elapsed "$started") s.${off} Files in ${out#"$PWD/"}:"
wc -c age.r1cs key.zkey vkey.json AgeVerifier.sol proof.json public.json | sed '$d'
echo "INSECURE: one machine knew every secret of pot.ptau and key.zkey; a real setup needs many people."
