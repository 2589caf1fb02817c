# Sourced by the run.sh of the examples: `step "what it does" zkctl ...` shows a command, runs it and states its time.
# First `begin`, last `finish`.  $here is the folder of the example, $root that of the project, two above it unless set before.

root=${root:-$(cd "$here/../.." && pwd)}

if [ -x "$root/.venv/bin/zkctl" ]; then PATH=$root/.venv/bin:$PATH; fi
command -v zkctl >/dev/null || { echo "error: zkctl is not installed: run make setup" >&2; exit 5; }

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' off=$'\e[0m'; else bold='' dim='' off=''; fi
started=$(date +%s%N)
number=0

elapsed() { # seconds since the given nanoseconds, with one decimal
    local tenths=$((($(date +%s%N) - $1) / 100000000))
    echo "$((tenths / 10)).$((tenths % 10))"
}

shown() { # the words of a command as one would type them
    local word
    for word in "$@"; do
        case $word in *' '*) printf '"%s" ' "$word" ;; *) printf '%s ' "$word" ;; esac
    done
}

step() { # step "what it does" zkctl ...
    local title=$1 begun
    shift
    number=$((number + 1))
    echo "${bold}$number. $title${off}"
    echo "   ${dim}\$ $(shown "$@")${off}"
    begun=$(date +%s%N)
    "$@" | sed 's/^/   /'
    echo "   ${dim}($(elapsed "$begun") s)${off}"
}

begin() { # begin "what is shown" FOLDER FILE...: an empty folder with these files, whose default name is that of the example
    local title=$1
    out=${2:-$root/build/$(basename "$here")}
    shift 2
    rm -rf "$out"
    mkdir -p "$out"
    cp "$@" "$out"
    cd "$out"
    echo "${bold}zkctl: $title${off}"
    echo "The parameters made here come from this one machine: good for trying things out, not for real use."
    echo
}

finish() { # finish FILE...: their sizes, and what the parameters are good for
    echo
    echo "${bold}Done in $(elapsed "$started") s.${off} Files in ${out#"$PWD/"}:"
    wc -c "$@" | sed '$d'
    echo "INSECURE: one machine knew every secret of the parameters made here; a real setup needs many people."
}

verify_on_chain() { # verify_on_chain CONTRACT VKEY PUBLIC PROOF: by the contract too, where there is a compiler
    PATH=$PATH:$root/tests/interop/node/node_modules/.bin # solcjs, where make setup has installed it
    if command -v solc >/dev/null || command -v solcjs >/dev/null; then
        step "Verify, by the contract too in an EVM on this machine" zkctl verify "$2" "$3" "$4" --evm "$1"
    else
        echo "note: no Solidity compiler (npm install -g solc): the contract is not run"
        step "Verify" zkctl verify "$2" "$3" "$4"
    fi
}

phase1() { # phase1 POWER: pot.ptau, made here or by an earlier example: one is enough for all circuits of a size
    local folder=${ZKCTL_EXAMPLES_POWERS:-$root/build/powers}
    local kept=$folder/pot_$1.ptau
    if [ -f "$kept" ]; then
        step "Take the powers of tau that an earlier example made" cp "$kept" pot.ptau
        return
    fi
    step "Start a phase 1 of our own (powers of tau)" zkctl ptau new bn254 "$1" -o pot_0000.ptau
    step "Contribute to it" zkctl ptau contribute pot_0000.ptau -o pot_0001.ptau --name "DEV ONLY one machine" -q
    step "Prepare it for circuits" zkctl ptau prepare pot_0001.ptau -o pot.ptau
    mkdir -p "$folder"
    cp pot.ptau "$kept.$$"
    mv "$kept.$$" "$kept" # complete or absent, also for an example that runs at the same time
}

groth16_proof() { # groth16_proof CIRCUIT KEY [OPTION...]: from CIRCUIT.py (or a file named with its ending) with these options and good.json to a verified proof under KEY.zkey
    local source=$1 circuit=${1%.circom} key=$2
    shift 2
    if [ "$source" = "$circuit" ]; then source=$circuit.py; fi
    step "Compile the circuit" zkctl compile "$source" "$@" -o .
    step "Make its Groth16 key" zkctl setup groth16 "$circuit.r1cs" pot.ptau -o "${key}_0000.zkey"
    step "Contribute to the key" zkctl ceremony contribute "${key}_0000.zkey" -o "$key.zkey" --name "DEV ONLY one machine" -q
    step "Export the verification key" zkctl export-vkey "$key.zkey" -o vkey.json
    step "Compute the witness" zkctl witness "$circuit.wprog" good.json -o witness.wtns
    step "Prove" zkctl prove "$key.zkey" witness.wtns -o proof.json --public public.json
    step "Verify" zkctl verify vkey.json public.json proof.json
}
