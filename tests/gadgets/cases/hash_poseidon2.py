"""Poseidon2 over BN254."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Signal, circuit, private
from zkctl.gadgets.hash.poseidon2 import poseidon2_compress, poseidon2_permutation


@circuit
def permuted(x: Array[Signal] = private("t"), *, t: int) -> Array[Signal]:
    return poseidon2_permutation(x)


@circuit
def node(left: Signal = private(), right: Signal = private()) -> Signal:
    return poseidon2_compress(left, right)


# of the states 0, 1, 2 ...: the authors' reference implementation (t = 3, 4), and co-snarks (t = 2)
PUBLISHED = {
    2: [
        0x1D01E56F49579CEC72319E145F06F6177F6C5253206E78C2689781452A31878B,
        0x0D189EC589C41B8CFFA88CFC523618A055ABE8192C70F75AA72FC514560F6C61,
    ],
    3: [
        0x0BB61D24DACA55EEBCB1929A82650F328134334DA98EA4F847F760054F4A3033,
        0x303B6F7C86D043BFCBCC80214F26A30277A15D3F74CA654992DEFE7FF8D03570,
        0x1ED25194542B12EEF8617361C3BA7C52E660B145994427CC86296242CF766EC8,
    ],
    4: [
        0x01BD538C2EE014ED5141B29E9AE240BF8DB3FE5B9A38629A9647CF8D76C01737,
        0x239B62E7DB98AA3A2A8F6A0D2FA1709E7A35959AA6C7034814D9DAA90CBAC662,
        0x04CBB44C61D928ED06808456BF758CBF0C18D1E15A7B6DBC8245FA7515D5E3CB,
        0x2E11C5CFF2A22C64D01304B778D78F6998EFF1AB73163A35603F54794C30847A,
    ],
}

CASES = [
    *(
        GadgetCase(
            gadget=poseidon2_permutation,
            circuit=permuted,
            parameters={"t": t},
            inputs={"x": list(range(t))},
            outputs=PUBLISHED[t],
            source="the authors' reference implementation",
            constraints=3 * (8 * t + 56),
        )
        for t in PUBLISHED
    ),
    GadgetCase(
        gadget=poseidon2_compress,
        circuit=node,
        inputs={
            "left": 20457494674368011577698787033167541464070895955057742021881406527394550967066,
            "right": 21444671219328533920402987889514525745813105369108346788316711824094480574542,
        },
        outputs=[2832391002711650597078084662530627544976903336819888740235684339967297026936],
        source="another implementation's compression of width 2, with feed-forward",
        constraints=216,
    ),
]
