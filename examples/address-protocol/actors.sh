# Sourced by the run.sh of these examples: a provider of addresses, Ann who lives somewhere, a shop.  $here is the folder of the example.
# Trees have depth 4 and lists 2 entries here, so that keys are made in seconds; the real sizes are 20 and 8.

root=$(cd "$here/../../.." && pwd)
source "$root/examples/steps.sh"
circuits=$root/circuits/address
power=14 # 2^14 rows of PLONK at these sizes
owner=tokyo.example

public_of() { # public_of COMMAND...: run a keygen and print the public half
    "$@" | sed -n 's/^public\( key\)\?  *//p'
}

registry() { # a registry with Ann's home and two others, and its first epoch
    echo "   The provider makes a signing key, Ann a secret; she sends the holder key over her session."
    public_of zkctl ceremony keygen -o provider.key >provider.pub
    sed -i.bak "s/ANN/$(public_of zkctl address keygen -o ann.json)/" homes.csv
    step "Make a registry" zkctl address registry new registry --name $owner --depth 4 --revocation-depth 4
    step "Register the homes" zkctl address registry add registry homes.csv --credentials homes.jsonl
    head -1 homes.jsonl >home.json # delivered to Ann
}

publish() { # publish SNAPSHOT: sign an epoch and write its public files
    step "Sign the roots" zkctl address registry publish registry --sign provider.key
    step "Write the public files of the epoch" zkctl address registry snapshot registry -o "$1"
}

keys() { # keys CIRCUIT ID [-P NAME=VALUE]...: its Groth16 key and its PLONK key, both pinned by the shop
    local circuit=$1 id=$2
    shift 2
    mkdir groth16 plonk
    phase1 $power
    step "Compile the circuit for Groth16" zkctl compile "$circuits/$circuit.py" "$@" -o groth16
    step "Make its Groth16 key" zkctl setup groth16 "groth16/$circuit.r1cs" pot.ptau -o groth16/key_0000.zkey
    step "Contribute to the key" zkctl ceremony contribute groth16/key_0000.zkey -o groth16/key.zkey --name "DEV ONLY one machine" -q
    step "Export the verification key" zkctl export-vkey groth16/key.zkey -o groth16/vkey.json
    step "Compile the circuit for PLONK" zkctl compile "$circuits/$circuit.py" "$@" -o plonk --for plonk
    step "Make its PLONK key" zkctl setup plonk "plonk/$circuit.r1cs" pot.ptau -o plonk/key.zkey
    step "Export the verification key" zkctl export-vkey plonk/key.zkey -o plonk/vkey.json
    mkdir -m 700 shop
    cat >shop/settings.json <<JSON
{
  "verifier": "did:web:shop.example",
  "owners": {"$owner": "$(cat provider.pub)"},
  "circuits": {"$id": ["$(digest groth16/vkey.json)", "$(digest plonk/vkey.json)"]}
}
JSON
}

digest() { # digest FILE: SHA-256
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

proof() { # proof groth16|plonk CIRCUIT [OPTION...]: the answer to request.json, from a snapshot and the holder's files
    local system=$1 circuit=$2
    shift 2
    step "Make the input of the proof" zkctl address input request.json --key provider.pub --min-leaves 1 -o input.json --force "$@"
    step "Compute the witness" zkctl witness "$system/$circuit.wprog" input.json -o witness.wtns --force
    step "Prove" zkctl prove "$system/key.zkey" witness.wtns -o proof.json --public public.json --force
}

accept() { # accept groth16|plonk SNAPSHOT [OPTION...]: all duties of a verifier
    local system=$1 snapshot=$2
    shift 2
    step "The shop verifies, and spends the nonce" \
        zkctl address verify shop request.json "$system/vkey.json" public.json proof.json --records "$snapshot/records.jsonl" "$@"
}

refused() { # refused "why" COMMAND...: a command that must fail; prints its error
    local why=$1
    shift
    echo "${bold}$why${off}"
    if "$@" >/dev/null 2>refused.txt; then
        echo "error: it was accepted" >&2
        exit 1
    fi
    grep '^error' refused.txt | sed 's/^/   /'
}

both() { # both CIRCUIT SNAPSHOT ID CONDITION...: a request, a proof and its verification, with Groth16 and with PLONK
    local circuit=$1 snapshot=$2 id=$3 system
    shift 3
    for system in groth16 plonk; do
        step "The shop asks" zkctl address request shop "$id" --owner $owner -o request.json --force "$@"
        proof $system "$circuit" --secret ann.json --credential home.json --snapshot "$snapshot"
        accept $system "$snapshot"
    done
}
