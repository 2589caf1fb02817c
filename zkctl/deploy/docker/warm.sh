#!/bin/sh
# Run in the images' build stage: a small circuit, set up, proven and verified with both proof systems, so that the
# machine code of the kernels is in ZKCTL_CACHE_DIR.  Nothing else of it is kept.
set -eu
cd "$(mktemp -d)"
cat > preimage.py <<'END'
from zkctl.dsl import Signal, circuit, constrain, private, public
from zkctl.gadgets.hash.poseidon import poseidon


@circuit
def preimage(digest: Signal = public(), secret: Signal = private()) -> None:
    """I know a secret whose Poseidon hash is `digest`."""
    constrain(poseidon(secret) == digest, "the hash of secret is not digest")
END
echo '{"digest": "12326503012965816391338144612242952408728683609716147019497703475006801258307", "secret": "42"}' > input.json
zkctl compile preimage.py
zkctl ptau new bn254 12 -o pot_0000.ptau
zkctl ptau contribute pot_0000.ptau -o pot_0001.ptau --name "DEV ONLY image build"
zkctl ptau prepare pot_0001.ptau -o pot.ptau
zkctl witness preimage.wprog input.json -o preimage.wtns
zkctl setup groth16 preimage.r1cs pot.ptau -o preimage_0000.zkey
zkctl ceremony contribute preimage_0000.zkey -o groth16.zkey --name "DEV ONLY image build"
zkctl setup plonk preimage.r1cs pot.ptau -o plonk.zkey
for system in groth16 plonk; do
    zkctl export-vkey $system.zkey -o $system.json
    zkctl prove $system.zkey preimage.wtns -o $system.proof.json --public $system.public.json
    zkctl verify $system.json $system.public.json $system.proof.json
done
ls "$ZKCTL_CACHE_DIR"
