"""Honest inputs of the public circom programs, computed from their statements with the gadgets and oracles of this repository.

`REAL` has a function for each program whose random inputs are refused, by project and name of its main file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from tests.oracle import sparse_tree
from tests.oracle.curve_signatures import BASE, sign_eddsa
from tests.oracle.montgomery_curve import PRIME_ORDER, Edwards, multiply
from zkctl.field import BN254_FR
from zkctl.gadgets.hash.mimc import mimc7_hash
from zkctl.gadgets.hash.pedersen import pedersen
from zkctl.gadgets.hash.poseidon import poseidon

Inputs = dict[str, Any]
KEY, NONCE = 987654321, 1234567  # of signatures
# the first block of Bitcoin, and the hash before it
GENESIS = (
    "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
)  # fmt: skip


def merkle_root(leaf: int, siblings: Sequence[int], bits: Sequence[int]) -> int:
    """The root over a leaf; a bit is 1 where the sibling is on the left."""
    node = leaf
    for sibling, bit in zip(siblings, bits, strict=True):
        node = poseidon(sibling, node) if bit else poseidon(node, sibling)
    return int(node)


def bits_of(number: int, n_bits: int) -> list[int]:
    """The bits of a number, the lowest first."""
    return [number >> k & 1 for k in range(n_bits)]


def bits_of_bytes(data: bytes) -> list[int]:
    """The bits of bytes, the highest of each byte first, as SHA-256 takes them."""
    return [byte >> k & 1 for byte in data for k in reversed(range(8))]


def siblings_of(depth: int, seed: int) -> list[int]:
    """Some field elements."""
    return [int(poseidon(seed, k)) for k in range(depth)]


def preimage() -> Inputs:
    """A Poseidon hash of three numbers, under the names of two programs."""
    seed, location, monster = 11, 22, 33
    return {"seed": seed, "location": location, "suimon_id": monster, "target_hash": poseidon(seed, location, monster)}  # fmt: skip


def intent() -> Inputs:
    """The hash of buyer, seller and a secret."""
    buyer, seller, secret = 0xB0B, 0xA11CE, 424242
    return {"buyer": buyer, "seller": seller, "secret": secret, "workHash": poseidon(buyer, seller, secret)}  # fmt: skip


def sum_of_roots() -> Inputs:
    """An old root and a change that add up to the new one."""
    return {"oldRoot": 5, "batchHash": 7, "newRoot": 12}


def time_of_day() -> Inputs:
    """A leap day."""
    return {"year": 2024, "month": 2, "day": 29, "hour": 23, "minute": 59, "second": 58}


def remittance() -> Inputs:
    """A person who is old enough, with a limit that is not reached."""
    return {
        "age": 40, "kyc_level": 3, "already_sent": 200, "monthly_limit": 1000, "credential_secret": 777, "required_age": 18,
        "required_kyc": 2, "amount": 800, "nullifier_hash": poseidon(777),
    }  # fmt: skip


def investment() -> Inputs:
    """An investor who may invest the amount."""
    return {
        "age": 40, "kyc_level": 3, "investor_type": 2, "max_investment": 5000, "restricted": 0, "credential_secret": 777,
        "required_age": 21, "required_kyc": 3, "required_investor_type": 1, "investment_amount": 4999, "nullifier_hash": poseidon(777),
    }  # fmt: skip


def vote() -> Inputs:
    """A leaf in a tree of depth 3."""
    siblings, bits = siblings_of(3, 1), [1, 0, 1]
    return {
        "root": merkle_root(99, siblings, bits), "leaf": 99, "pathElements": siblings, "pathIndices": bits, "secret": 4, "electionId": 5,
    }  # fmt: skip


def withdrawal_of_note() -> Inputs:
    """A commitment in a tree of depth 12."""
    depth, index, nullifier = 12, 0b101100111010, 31337
    siblings, bits = siblings_of(depth, 2), bits_of(index, depth)
    return {
        "recipient": 1, "gas": 2, "fee": 3, "nullifierHash": poseidon(nullifier, index), "nullifier": nullifier,
        "root": merkle_root(poseidon(nullifier, 69420), siblings, bits), "pathElements": siblings, "pathIndices": bits,
    }  # fmt: skip


def rate_limit() -> Inputs:
    """The sixth of a hundred messages of a member."""
    return {
        "identitySecret": 123, "userMessageLimit": 100, "messageId": 6, "pathElements": siblings_of(20, 3),
        "identityPathIndex": bits_of(0xABCDE, 20), "x": 55, "externalNullifier": 66,
    }  # fmt: skip


def privacy_pool() -> Inputs:
    """A withdrawal of a part of a commitment; both trees have three levels, with no siblings above."""
    label, value, nullifier, secret, depth = 17, 10**18, 71, 72, 32
    siblings = siblings_of(3, 4)
    commitment = poseidon(value, label, poseidon(nullifier, secret))
    padded = siblings + [0] * (depth - len(siblings))
    return {
        "withdrawnValue": 10**17, "stateRoot": merkle_root(commitment, siblings, [1, 0, 1]), "stateTreeDepth": 3,
        "ASPRoot": merkle_root(label, siblings, [0, 1, 1]), "ASPTreeDepth": 3, "context": 5, "label": label, "existingValue": value,
        "existingNullifier": nullifier, "existingSecret": secret, "newNullifier": 81, "newSecret": 82, "stateSiblings": padded,
        "stateIndex": 0b101, "ASPSiblings": padded, "ASPIndex": 0b110,
    }  # fmt: skip


def note(value: int, salt: int, owner: Sequence[int]) -> int:
    """The commitment to a note of zeto."""
    return int(poseidon(value, salt, *owner))


def burned_notes() -> Inputs:
    """Two notes of an owner, of which a part is left."""
    owner, values, salts = multiply(KEY, BASE), [30, 40], [8, 9]
    notes = [note(value, salt, owner) for value, salt in zip(values, salts, strict=True)]
    return {
        "inputCommitments": notes, "inputValues": values, "inputSalts": salts, "ownerPrivateKey": KEY,
        "outputCommitment": note(25, 10, owner), "outputValue": 25, "outputSalt": 10,
    }  # fmt: skip


def withdrawn_notes() -> Inputs:
    """Ten notes in a sparse tree of 64 levels."""
    owner, values, salts, other = multiply(KEY, BASE), [*range(10, 20)], [*range(50, 60)], multiply(7, BASE)  # fmt: skip
    notes = [note(value, salt, owner) for value, salt in zip(values, salts, strict=True)]
    entries = {each: each for each in notes}
    return {
        "nullifiers": [poseidon(value, salt, KEY) for value, salt in zip(values, salts, strict=True)],
        "inputCommitments": notes, "inputValues": values, "inputSalts": salts, "inputOwnerPrivateKey": KEY,
        "root": sparse_tree.root(entries), "merkleProof": [sparse_tree.path(entries, each, 64)["siblings"] for each in notes],
        "enabled": [1] * 10, "outputCommitments": [note(100, 11, other)], "outputValues": [100], "outputSalts": [11],
        "outputOwnerPublicKeys": [list(other)],
    }  # fmt: skip


def joinsplit(n_inputs: int, n_outputs: int) -> Inputs:
    """Notes in the leaves of one tree of depth 16, spent with one signature."""
    depth, token, nullifying_key = 16, 0xDA1, 5151
    public, values_in = multiply(KEY, BASE), [600] * n_inputs
    master = poseidon(*public, nullifying_key)
    randoms = [70 + k for k in range(n_inputs)]
    leaves = [poseidon(poseidon(master, random), token, 600) for random in randoms]
    paths = [siblings_of(depth, 6) for _ in leaves]
    if n_inputs == 2:  # neighbours, whose paths meet above them
        paths[0][0], paths[1][0] = leaves[1], leaves[0]
    root = merkle_root(leaves[0], paths[0], [0] * depth)
    values_out = [sum(values_in) - 10 * (n_outputs - 1)] + [10] * (n_outputs - 1)
    npks = [90 + k for k in range(n_outputs)]
    inputs: Inputs = {
        "merkleRoot": root, "boundParamsHash": 44, "nullifiers": [poseidon(nullifying_key, k) for k in range(n_inputs)],
        "commitmentsOut": [poseidon(npk, token, value) for npk, value in zip(npks, values_out, strict=True)],
        "token": token, "publicKey": list(public), "randomIn": randoms, "valueIn": values_in, "pathElements": paths,
        "leavesIndices": list(range(n_inputs)), "nullifyingKey": nullifying_key, "npkOut": npks, "valueOut": values_out,
    }  # fmt: skip
    message = poseidon(root, 44, *inputs["nullifiers"], *inputs["commitmentsOut"])
    _, signed = sign_eddsa(poseidon, KEY, NONCE, message)
    return inputs | {"signature": [*signed.r, signed.s]}


def phone() -> Inputs:
    """A telephone number and a code with their SHA-256."""
    number, code = b"090-1234567", b"4711"
    digest = bits_of_bytes(hashlib.sha256(number + code).digest())
    return {"phone_number": bits_of_bytes(number), "otp_code": bits_of_bytes(code), "public_hash": digest}  # fmt: skip


def block() -> Inputs:
    """The first block of Bitcoin; a hash is two halves, the second one first."""
    header = bytes.fromhex(GENESIS)
    digest = hashlib.sha256(hashlib.sha256(header).digest()).digest()

    def halves(data: bytes) -> list[int]:
        return [int.from_bytes(data[16:], "big"), int.from_bytes(data[:16], "big")]

    return {"step_in": halves(header[4:36]), "blockHashes": [halves(digest)], "blockHeaders": [list(header)]}  # fmt: skip


def signed_message(hashed: Callable[..., int]) -> Inputs:
    """An EdDSA signature that is checked."""
    public, signed = sign_eddsa(hashed, KEY, NONCE, 1234)
    return {"enabled": 1, "Ax": public[0], "Ay": public[1], "S": signed.s, "R8x": signed.r[0], "R8y": signed.r[1], "M": 1234}  # fmt: skip


def packed(point: Edwards) -> list[int]:
    """The 256 bits of a point: y, and whether x is above p/2."""
    x, y = point
    return [*bits_of(y, 255), int(x > BN254_FR.modulus // 2)]


def signed_bits() -> Inputs:
    """An EdDSA signature of ten bytes with Pedersen's hash; keys and hash are packed points."""
    message = bits_of_bytes(b"ten bytes.")
    public, r = packed(multiply(KEY, BASE)), packed(multiply(NONCE, BASE))
    hashed = pedersen([*r, *public, *message])
    h = sum(bit << k for k, bit in enumerate(packed((int(hashed.x), int(hashed.y)))))
    s = (NONCE + 8 * h * KEY) % PRIME_ORDER
    return {"A": public, "R8": r, "S": bits_of(s, 256), "msg": message}


def inserted_entry() -> Inputs:
    """The insertion of a third key into a sparse tree, whose place is empty."""
    entries = {111: 222, 112: 333}
    key, value = 114, 444
    found = sparse_tree.path(entries, key, 10)
    met = found["met"]
    return {
        "fnc": [1, 0], "oldRoot": sparse_tree.root(entries), "siblings": found["siblings"], "oldKey": met["key"],
        "oldValue": met["value"], "isOld0": met["is_empty"], "newKey": key, "newValue": value,
    }  # fmt: skip


def small_bits() -> Inputs:
    """The bits of a number below the modulus."""
    return {"in": bits_of(BN254_FR.modulus - 1, 254)}


def owner_id() -> tuple[int, Inputs]:
    """A semaphore identity and its commitment."""
    secrets = {"semaphoreIdentityNullifier": 303, "semaphoreIdentityTrapdoor": 404}
    return int(poseidon(poseidon(303, 404))), secrets


def frog() -> Inputs:
    """A signed frog of its owner."""
    commitment, secrets = owner_id()
    names = (
        "frogId", "biome", "rarity", "temperament", "jump", "speed", "intelligence", "beauty", "timestampSigned", "ownerSemaphoreId",
        "reservedField1", "reservedField2", "reservedField3",
    )  # fmt: skip
    fields = {name: k + 1 for k, name in enumerate(names)} | {"ownerSemaphoreId": commitment}
    signature = _signature("frog", poseidon(*fields.values()))
    return fields | signature | secrets | {"externalNullifier": 1, "watermark": 2}


def ticket() -> Inputs:
    """A signed ticket of one of twenty events, all of whose fields but two are revealed."""
    commitment, secrets = owner_id()
    names = (
        "TicketId", "TicketEventId", "TicketProductId", "TicketTimestampConsumed", "TicketTimestampSigned", "TicketAttendeeSemaphoreId",
        "TicketIsConsumed", "TicketIsRevoked", "TicketCategory", "ReservedSignedField1", "ReservedSignedField2", "ReservedSignedField3",
    )  # fmt: skip
    fields = {name[0].lower() + name[1:]: k + 1 for k, name in enumerate(names)}
    fields["ticketAttendeeSemaphoreId"] = commitment
    revealed = {f"reveal{name}": int(k > 1) for k, name in enumerate(names)}
    signature = _signature("ticket", poseidon(*fields.values()))
    return fields | revealed | signature | secrets | {
        "validEventIds": [*range(2, 22)], "checkValidEventIds": 1, "externalNullifier": 1, "revealNullifierHash": 1, "watermark": 2,
    }  # fmt: skip


def _signature(name: str, message: int) -> Inputs:
    public, signed = sign_eddsa(poseidon, KEY, NONCE, message)
    return {
        f"{name}SignerPubkeyAx": public[0], f"{name}SignerPubkeyAy": public[1], f"{name}SignatureR8x": signed.r[0],
        f"{name}SignatureR8y": signed.r[1], f"{name}SignatureS": signed.s,
    }  # fmt: skip


REAL: dict[str, Callable[[], Inputs]] = {
    "0xbow-io/privacy-pools-core withdraw32": privacy_pool,
    "LFDT-Paladin/zeto burn": burned_notes,
    "LFDT-Paladin/zeto withdraw_nullifier_batch": withdrawn_notes,
    "Oik17/zkSNARK merkleInclusion": vote,
    "PSE-Core-Program-2024-JP-Group-D/zkPhone zkPhone": phone,
    "Railgun-Privacy/circuits-v2 joinsplit_1x2": lambda: joinsplit(1, 2),
    "Railgun-Privacy/circuits-v2 joinsplit_2x3": lambda: joinsplit(2, 3),
    "Rate-Limiting-Nullifier/circom-rln rln": rate_limit,
    "Saber1Y/Zk-Access-Passport remit_pass": remittance,
    "Saber1Y/Zk-Access-Passport rwa_pass": investment,
    "TUM-Blockchain-Club/suimon circuit": preimage,
    "Thejaggeddevil/QuickSync BatchValidator": sum_of_roots,
    "alexbabits/pip withdraw": withdrawal_of_note,
    "anon-aadhaar/anon-aadhaar timestamp-test": time_of_day,
    "darioandyoshi-tech/ai-work-market IntentProof": intent,
    "iden3/circomlib aliascheck_test": small_bits,
    "iden3/circomlib constants_test": lambda: {"in": 0xD807AA98},  # SHA-256's constant K[8]
    "iden3/circomlib eddsa_test": signed_bits,
    "iden3/circomlib eddsamimc_test": lambda: signed_message(lambda *values: mimc7_hash(values, 0)),
    "iden3/circomlib eddsaposeidon_test": lambda: signed_message(poseidon),
    "iden3/circomlib smtprocessor10_test": inserted_entry,
    "nalinbhardwaj/Nova-Scotia bitcoin": block,
    "proofcarryingdata/zupass zk-eddsa-event-ticket-pcd": ticket,
    "proofcarryingdata/zupass zk-eddsa-frog-pcd": frog,
}


def real_inputs(project: str, main: str) -> Inputs | None:
    """Return the inputs of a program as JSON holds them, None if there are none; of index.circom the folder's name counts."""
    parts = main.removesuffix(".circom").split("/")
    name = parts[-3] if parts[-1] == "index" else parts[-1]
    make = REAL.get(f"{project} {name}")
    return None if make is None else {name: _as_text(value) for name, value in make().items()}


def _as_text(value: Any) -> Any:
    return [_as_text(each) for each in value] if isinstance(value, list | tuple) else str(int(value))  # fmt: skip
