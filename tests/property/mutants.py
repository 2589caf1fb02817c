"""Structure-aware mutants of container files and JSON documents, from a seeded generator."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.support.binary_files import BN254_Q, BN254_R, Container, le, u32, u64

U32 = (0, 1, 2, 3, 4, 31, 32, 33, 255, 2**16, 2**28, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)
U64 = (0, 1, 2**31, 2**32, 2**48, 2**63 - 1, 2**63, 2**64 - 1)
FIELD = (
    0,
    1,
    BN254_R - 1,
    BN254_R,
    BN254_R + 1,
    BN254_Q - 1,
    BN254_Q,
    BN254_Q + 1,
    2**255,
    2**256 - 1,
)
NUMBERS = (
    "",
    "0",
    "-1",
    "-0",
    "00",
    "1",
    "1e9",
    "0x1",
    " 1",
    "1\n",
    "\u0663",
    "9" * 400,
    str(2**256),
)
VALUES = (
    None,
    True,
    False,
    0,
    -1,
    2**70,
    "",
    "x",
    [],
    {},
    [[]],
    {"a": 1},
    ["0", "1", "0"],
    "bn128",
)

Random = random.Random


def offset(rng: Random, length: int) -> int:
    """A place, more often near the start, where headers are."""
    return min(rng.randrange(length), rng.randrange(length)) if length else 0


# -- bytes without structure


def flip_bit(rng: Random, raw: bytes) -> bytes:
    if not raw:
        return raw
    k = offset(rng, len(raw))
    return raw[:k] + bytes([raw[k] ^ 1 << rng.randrange(8)]) + raw[k + 1 :]


def overwrite(rng: Random, raw: bytes) -> bytes:
    new = rng.choice(
        [u32(rng.choice(U32)), u64(rng.choice(U64)), le(rng.choice(FIELD)), rng.randbytes(4)]
    )
    k = offset(rng, len(raw)) // 4 * 4
    return raw[:k] + new + raw[k + len(new) :]


def cut(rng: Random, raw: bytes) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def extend(rng: Random, raw: bytes) -> bytes:
    return raw + rng.randbytes(rng.choice([1, 4, 32, 64]))


def remove(rng: Random, raw: bytes) -> bytes:
    k = offset(rng, len(raw))
    return raw[:k] + raw[k + rng.choice([1, 4, 32, 64]) :]


def repeat(rng: Random, raw: bytes) -> bytes:
    k, n = offset(rng, len(raw)), rng.choice([1, 4, 32, 64])
    return raw[: k + n] + raw[k:]


def zero(_rng: Random, raw: bytes) -> bytes:
    return bytes(len(raw))


BYTES = (flip_bit, overwrite, cut, extend, remove, repeat, zero)
WORDS = (flip_bit, overwrite)  # keep the length, so that the reader gets further


# -- containers


def change_payload(rng: Random, file: Container) -> Container:
    number, payload = rng.choice(file.sections)
    change = rng.choice(WORDS if rng.random() < 0.7 else BYTES)
    return file.with_section(number, change(rng, payload))


def drop_section(rng: Random, file: Container) -> Container:
    return file.without(rng.choice(file.order))


def repeat_section(rng: Random, file: Container) -> Container:
    return replace(file, sections=(*file.sections, rng.choice(file.sections)))


def rename_section(rng: Random, file: Container) -> Container:
    old, new = rng.choice(file.order), rng.choice([*file.order, 0, 4242, 2**32 - 1])
    return replace(file, sections=tuple((new if k == old else k, p) for k, p in file.sections))


def shuffle_sections(rng: Random, file: Container) -> Container:
    return replace(file, sections=tuple(rng.sample(file.sections, len(file.sections))))


def exchange_payloads(rng: Random, file: Container) -> Container:
    a, b = rng.choice(file.order), rng.choice(file.order)
    return file.with_section(a, file[b]).with_section(b, file[a])


def change_version(rng: Random, file: Container) -> Container:
    return replace(file, version=rng.choice(U32))


CONTAINERS: tuple[Callable[[Random, Container], Container], ...] = (
    *[change_payload] * 8,
    drop_section,
    repeat_section,
    rename_section,
    shuffle_sections,
    exchange_payloads,
    change_version,
)


def container_mutant(rng: Random, file: Container) -> bytes:
    """One to three changes of a container's structure; or, less often, of its bytes."""
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if file.sections:
            file = rng.choice(CONTAINERS)(rng, file)
    raw = file.bytes()
    return rng.choice(BYTES)(rng, raw) if rng.random() < 0.2 else raw


# -- JSON


def places(document: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all values inside a document."""
    found: list[tuple[str | int, ...]] = []
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += places(value, (*path, key))
    return found


def changed(rng: Random, value: Any) -> Any:
    if isinstance(value, str) and value.isdigit() and rng.random() < 0.7:
        delta = rng.choice([1, -1, BN254_Q, BN254_R, 5 << 256, -(1 << 256)])
        return rng.choice([str(int(value) + delta), *NUMBERS])
    if isinstance(value, list) and rng.random() < 0.5:
        return rng.choice(
            [value[::-1], value[:-1], [*value, copy.deepcopy(value[0])] if value else [0], [value]]
        )
    return copy.deepcopy(rng.choice(VALUES))


def change_value(rng: Random, document: Any) -> Any:
    path = rng.choice(places(document))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    if rng.random() < 0.15 and isinstance(inner, dict | list):
        del inner[path[-1]]
    else:
        inner[path[-1]] = changed(rng, inner[path[-1]])
    return document


def change_text(rng: Random, text: str) -> bytes:
    raw = text.encode()
    odd = [
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"[" * 50,
        b'"',
        b"{",
        b",",
        b"1.5",
        b"NaN",
        b"\\ud800",
        b" ",
    ]
    k = rng.randrange(len(raw) + 1)
    if rng.random() < 0.5:
        return raw[:k] + rng.choice(odd) + raw[k:]
    return rng.choice(BYTES)(rng, raw)


def json_mutant(rng: Random, text: str) -> bytes:
    """One to three changes of values; or, less often, of the text."""
    if rng.random() < 0.2:
        return change_text(rng, text)
    document = json.loads(text)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if places(document):
            document = change_value(rng, document)
    return json.dumps(document).encode("utf-8", "replace")
