#!/usr/bin/env bash
# A registry from its first home to an audit: see README.md one folder above.  Output goes to build/01-registry, or to the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../actors.sh"
begin "a registry of addresses: homes, epochs, a move, a revocation, an audit" "${1:-}" "$here/../homes.csv"

registry
publish epoch-1
head -1 homes.csv | sed 's/$/,version,replaces/' >move.csv
sed -n 2p homes.csv | sed 's/R342/R101/; s/342/101/; s/$/,2,0/' >>move.csv
step "Ann moves to another room: one row registers the new home and revokes the old" \
    zkctl address registry add registry move.csv --credentials moved.jsonl
step "Ben leaves the registry" zkctl address registry revoke registry 1
publish epoch-2
step "An auditor computes both roots again and compares the epochs" \
    zkctl address registry audit epoch-2 --name $owner --key provider.pub --previous epoch-1
cp -r epoch-2 forged
printf forged | dd of=forged/leaves-00000.bin bs=1 seek=64 conv=notrunc status=none
refused "A snapshot with another leaf" zkctl address registry audit forged --name $owner --key provider.pub
printf 'JP-13-113-01\nJP--13\n' >pids.txt
refused "A PID with an empty part" zkctl address pid pids.txt
finish epoch-2/records.jsonl epoch-2/leaves-00000.bin epoch-2/revocations.bin homes.jsonl
