"""RSA signatures, made once with the package cryptography."""

from __future__ import annotations

import hashlib

from tests.gadgets.case import GadgetCase
from tests.gadgets.cases.number_big import limbs
from zkctl.dsl import Array, Byte, Uint, circuit, private, public
from zkctl.gadgets.signature.rsa import verify_rsa_sha256

DIGEST = list(hashlib.sha256(b"a message").digest())
MODULUS = {
    1024: int(
        "abae8534e81298653bbcf7c3b00f52c7023278f6b7b7bae2b8d7b5fdc166005f29a248e4ec0f842ef0b42d10958c5e28c2fe9b2544695096ea958580a890c1db"
        "1f1564bf3487db63f654aed04db55ff1877c5be4f9e1c2c511d955ada4d4b1eced9fe5caabe8cf8f8474ef45618a60dffa5266f323a820502cebda34d392f44d",
        16,
    ),
    2048: int(
        "c0bb52e1253a46b41376886e76332ea195a1c1be1ff236d05f658704855eb82c8cdfd966dccc7d342e155be4c832a147720caef2856c24d15e3fd3ab4a80f4fc"
        "58d91cc80b97a30d030e8ef826391a71d34bc56282ea2d85ba69255c92cdacfb162a82c74ac0f8c27ae207c95224e378dc9bf822e1793556003209e90ea3e7e3"
        "b8857a415e0764b5b0c822e6e0c6d5308d4734d08e0204ba89ce3c446b00b2ae06096c690de28549af3a633f93918032fbf913a572c4d7cb086c4ca67779a5e2"
        "a46783f606a9283a95f7cd441cb33091b656c5ee310977afaf26f21b3e03be9ab0a7ba3647db2ae4f749e9360596ac5124a70d7527b695878981ba6a4595849b",
        16,
    ),
}
SIGNATURE = {
    1024: int(
        "1acc36ef3b7ca7949523cb5d58f4172667a9ef2345d88bd7561f39e1c75f6a9ff1152f1368bfada4a2bf89b0c66f119cc65b1b8c60b32b7d2df4a63ac22db718"
        "315d804ceb07ca4afcbf7b64705df15398ebd5b8aa0feedb9be1a190a833231d9ea93213f3b51914dbce76a2a1e4ff7e3667ebd8b0624129b0ed40ac28f0b8b0",
        16,
    ),
    2048: int(
        "3921f64bd7c1bcd586503373d248719a798c0d7a3bd5a2983125464b78f6c43cda0c556623c56d71e6ab025588f1816e1e6816d9ea43e497f1adbadf66e3d62c"
        "e5695765cad424d7225a777e50675c07d4023cabea95edf40ebf33ff2db366380ff311ac78d218978a8456690ec5da199cb8d2734bca268719523cd88e60e4fe"
        "87e9bb1a44f425e7563ee6ba16cc51ad951873a6d56b29c18ff2da1573aa6a11606f6b99d401eff2a4af470f96614da36107aef83f38a23ab7e81b47ff522e3c"
        "54aaf1f10185e6b51221a99965847603b4b0129804d7a533fbc274d5072ec732606cd1fee42df8e3dcb76df2f012fd106304741546ec098d698c0522d3d3d8de",
        16,
    ),
}


@circuit
def signed(
    digest: Array[Byte] = public(32),
    signature: Array[Uint] = private("n", bits=64),
    modulus: Array[Uint] = public("n", bits=64),
    *,
    n: int,
) -> None:
    verify_rsa_sha256(digest, signature, modulus, bits=64, key_bits=64 * n)


def inputs(key_bits: int, digest: list[int], signature: int) -> dict[str, list[int]]:
    n = key_bits // 64
    return {
        "digest": digest,
        "signature": limbs(signature, n),
        "modulus": limbs(MODULUS[key_bits], n),
    }


def case(key_bits: int, constraints: int, *, heavy: bool) -> GadgetCase:
    good = SIGNATURE[key_bits]
    return GadgetCase(
        gadget=verify_rsa_sha256,
        circuit=signed,
        parameters={"n": key_bits // 64},
        inputs=inputs(key_bits, DIGEST, good),
        outputs=[],
        source="cryptography",
        constraints=constraints,
        input_rows=2 * key_bits + 256,
        refused=[
            inputs(key_bits, DIGEST, good + 1),
            inputs(key_bits, [*DIGEST[:-1], DIGEST[-1] ^ 1], good),
        ],
        heavy=heavy,
    )


CASES = [case(1024, 45741, heavy=True), case(2048, 92151, heavy=True)]
