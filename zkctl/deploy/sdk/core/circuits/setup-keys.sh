#!/bin/sh
# Give every compiled circuit its keys: build/NAME_final.zkey, build/NAME_vkey.json, and zkctl.lock with their digests.
#
#   ./setup-keys.sh             keys of a ceremony: build/NAME_final.zkey must be there
#   ./setup-keys.sh --plonk     PLONK keys, from the prepared powers of tau in build/pot.ptau: no ceremony is needed
#   ./setup-keys.sh --dev       Groth16 keys made on this machine, for trials; `zkctl deploy check` refuses them
set -eu
cd "$(dirname "$0")"
mode=${1:-}
power=${POWER:-14} # --dev: circuits of up to 2^power rows

powers() { # build/pot.ptau, made here where there is none
    [ -f build/pot.ptau ] && return
    zkctl ptau new bn254 "$power" -o build/pot_0000.ptau
    zkctl ptau contribute build/pot_0000.ptau -o build/pot_0001.ptau --name "DEV ONLY one machine"
    zkctl ptau prepare build/pot_0001.ptau -o build/pot.ptau
    rm build/pot_0000.ptau build/pot_0001.ptau
}

key() { # key NAME: build/NAME_final.zkey
    [ -f "build/$1_final.zkey" ] && return
    case $mode in
        --plonk) zkctl setup plonk "build/$1.r1cs" build/pot.ptau -o "build/$1_final.zkey" ;;
        --dev)
            powers
            zkctl setup groth16 "build/$1.r1cs" build/pot.ptau -o "build/$1_0000.zkey"
            zkctl ceremony contribute "build/$1_0000.zkey" -o "build/$1_final.zkey" --name "DEV ONLY one machine"
            rm "build/$1_0000.zkey"
            ;;
        *)
            echo "error: build/$1_final.zkey is not there: take it from the ceremony (ceremony/README.md), or add --plonk or --dev" >&2
            exit 2
            ;;
    esac
}

for circuit in build/*.r1cs; do
    name=$(basename "$circuit" .r1cs)
    key "$name"
    zkctl export-vkey "build/${name}_final.zkey" -o "build/${name}_vkey.json" --force
    ln -sf "${name}_final.zkey" "build/$name.zkey" # the names in zkctl.lock
    ln -sf "${name}_vkey.json" "build/$name.vkey.json"
    for good in "inputs/$name"/good*.json; do # the first one is for the self-test at start
        if [ -f "$good" ]; then cp "$good" "build/$name.sample.json" && break; fi
    done
done
if [ "$mode" = --dev ]; then touch build/DEV-ONLY; fi
zkctl lock
