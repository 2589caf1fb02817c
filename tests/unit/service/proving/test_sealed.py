"""Sealed messages open for one request and one key only."""

from __future__ import annotations

import pytest

from zkctl.errors import InputError
from zkctl.service.proving.sealed import (
    ID_BYTES,
    SealedFor,
    SealingKeyGone,
    SealingPrivateKeys,
    check_result_key,
    key_id_of,
    key_id_of_public,
    new_private_key,
    open_result,
    public_of,
    seal,
    seal_result,
)
from zkctl.service.proving.sealing_suites import MLKEM768_X25519

REQUEST = SealedFor("membership-v1", "acme", b"k1")
PRIVATE = new_private_key()
PUBLIC = public_of(PRIVATE)
KEYS = SealingPrivateKeys([PRIVATE])
ALTERED = "the sealed message does not open: it was altered or sealed for another request"
OTHER_RESULT = "the sealed result does not open: it is of another job or sealed to another key"


def test_what_is_sealed_opens() -> None:
    message = seal(b"inputs", public=PUBLIC, request=REQUEST)
    assert key_id_of(message) == key_id_of_public(PUBLIC)
    assert KEYS.open(message, REQUEST) == b"inputs"
    assert len(message) == len(b"inputs") + 1 + ID_BYTES + 48
    assert message != seal(b"inputs", public=PUBLIC, request=REQUEST)


def test_what_is_sealed_with_both_keys_opens() -> None:
    public = MLKEM768_X25519.public_of(PRIVATE)
    message = seal(b"inputs", public=public, request=REQUEST)
    assert (message[0], key_id_of(message)) == (2, key_id_of_public(public))
    assert KEYS.open(message, REQUEST) == b"inputs"
    assert len(message) == len(b"inputs") + 1 + ID_BYTES + 1120 + 16
    for place in (0, 1 + ID_BYTES, 1100, -1):  # suite, encapsulated keys, tag
        altered = bytearray(message)
        altered[place] ^= 3
        with pytest.raises(InputError, match=ALTERED):
            KEYS.open(bytes(altered), REQUEST)


def test_a_sealing_key_that_is_none() -> None:
    raw = b"\xff" * MLKEM768_X25519.public_bytes
    with pytest.raises(InputError, match="the sealing key is no public key of mlkem768-x25519"):
        seal(b"inputs", public=raw, request=REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        SealedFor("membership-v2", "acme", b"k1"),
        SealedFor("membership-v1", "other", b"k1"),
        SealedFor("membership-v1", "acme", b"k2"),
        SealedFor("membership-v1", "acmek", b"1"),  # the same bytes, cut elsewhere
    ],
)
def test_a_message_opens_for_its_request_only(other: SealedFor) -> None:
    message = seal(b"inputs", public=PUBLIC, request=REQUEST)
    with pytest.raises(InputError, match=ALTERED):
        KEYS.open(message, other)


@pytest.mark.parametrize("place", [1 + ID_BYTES, 50, -1])
def test_an_altered_message_does_not_open(place: int) -> None:
    message = bytearray(seal(b"inputs", public=PUBLIC, request=REQUEST))
    message[place] ^= 1
    with pytest.raises(InputError, match=ALTERED):
        KEYS.open(bytes(message), REQUEST)


def test_a_key_that_is_gone() -> None:
    message = seal(b"inputs", public=public_of(new_private_key()), request=REQUEST)
    with pytest.raises(SealingKeyGone, match="does not exist any more"):
        KEYS.open(message, REQUEST)


@pytest.mark.parametrize("message", [b"", b"\x01" * 20, b"\x02" * 1100, b"\x03" * 2000])
def test_other_bytes_are_no_message(message: bytes) -> None:
    with pytest.raises(InputError, match="not a sealed message: expected at least"):
        key_id_of(message)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_keys_of_a_wrong_length(size: int) -> None:
    with pytest.raises(
        InputError, match=f"the X25519 key has a wrong length: expected 32 bytes, got {size}"
    ):
        check_result_key(bytes(size))


def test_a_result_opens_for_its_caller_and_job_only() -> None:
    message = seal_result(b"proof", result_key=PUBLIC, job_id="a")
    assert open_result(message, private=PRIVATE, job_id="a") == b"proof"
    for private, job in ((new_private_key(), "a"), (PRIVATE, "b")):
        with pytest.raises(InputError, match=OTHER_RESULT):
            open_result(message, private=private, job_id=job)
