#!/usr/bin/env bash
# nonrevocation-v1: see README.md one folder above.  Output goes to build/03-nonrevocation, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "the leaf in a commitment is not revoked" "${1:-}" "$here/../homes.csv"

registry
keys nonrevocation nonrevocation-v1-e4 -P revocation_depth=4
step "Ben leaves the registry" zkctl address registry revoke registry 1
publish epoch-1
both nonrevocation epoch-1 nonrevocation-v1-e4
finish groth16/nonrevocation.r1cs groth16/key.zkey plonk/key.zkey proof.json public.json
