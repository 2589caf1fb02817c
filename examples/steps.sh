# Sourced by the run.sh of the examples: `step "what it does" zkctl ...` shows a command, runs it and states its time.
# Needs $root, the folder of the project.

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
