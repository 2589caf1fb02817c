#!/usr/bin/env bash
# locker-v1: see README.md one folder above.  Output goes to build/08-locker, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "I hold the secret of a locker's reservation that is valid now" "${1:-}" "$here/../homes.csv"

owner=lockers.example
echo "   The operator makes a signing key; Ann makes an access secret for two reservations and sends the commitments."
public_of zkctl ceremony keygen -o provider.key >provider.pub
now=$(date +%s)
{
    echo facility,locker_id,access_commitment,valid_from,valid_until
    for k in 1 2; do
        echo "FAC-0042/D01$k,17,$(public_of zkctl address keygen -o access$k.json --access),$((now - 60)),$((now + 86400))"
    done
} >reservations.csv
step "Make the registry of the lockers" zkctl address registry new registry --name $owner --lockers --depth 4
step "Enter the reservations" zkctl address registry add registry reservations.csv --credentials reservations.jsonl
keys locker locker-v1-f4 -P depth=4
publish epoch-1
k=0
for system in groth16 plonk; do
    k=$((k + 1))
    sed -n ${k}p reservations.jsonl >reservation.json
    step "The door asks" zkctl address request shop locker-v1-f4 --owner $owner --facility "FAC-0042/D01$k" -o request.json --force
    proof $system locker --secret access$k.json --credential reservation.json --snapshot epoch-1
    accept $system epoch-1
done
finish groth16/locker.r1cs groth16/key.zkey plonk/key.zkey proof.json public.json
