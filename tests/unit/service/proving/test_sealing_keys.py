"""The keys of each day, their signatures, and the view of the API process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError
from zkctl.service.proving.sealed import SealedFor, SealingPrivateKeys, key_id_of, seal
from zkctl.service.proving.sealing_keys import (
    DAY_S,
    SUITE_NAMES,
    SealingKeys,
    check_sealing_key,
    parse_sealing_key,
    private_keys,
    published_keys,
    signing_public_key,
)

SECRET, SIGNING = b"s" * 32, b"k" * 32
NOW = 20_000 * DAY_S + 60.0
REQUEST = SealedFor("c", "t")


def test_what_is_sealed_at_the_end_of_a_day_opens_after_it() -> None:
    today = SealingKeys(published_keys(SECRET, SIGNING, NOW), "")
    message = today.seal(b"x", REQUEST)
    assert today.is_known(key_id_of(message))
    for later in (0, DAY_S - 70, DAY_S + 200):  # the job may wait 300 s into the next day
        kept = SealingPrivateKeys(private_keys(SECRET, NOW + later, kept_s=DAY_S + 300))
        assert kept.open(message, REQUEST) == b"x"


def test_a_key_of_each_suite_for_each_day() -> None:
    keys = published_keys(SECRET, SIGNING, NOW)
    assert [key.document()["suite"] for key in keys] == [*SUITE_NAMES, *SUITE_NAMES]
    assert [key.not_before // DAY_S for key in keys] == [20_000, 20_000, 20_001, 20_001]
    kept = SealingPrivateKeys(private_keys(SECRET, NOW, kept_s=300))
    for key in keys:
        assert kept.open(seal(b"x", public=key.public, request=REQUEST), REQUEST) == b"x"


def test_another_secret_has_other_keys() -> None:
    ids = {key.id for secret in (SECRET, b"t" * 32) for key in published_keys(secret, SIGNING, NOW)}
    assert len(ids) == 8


def test_documents_are_signed() -> None:
    signed_by = signing_public_key(SIGNING)
    for key in published_keys(SECRET, SIGNING, NOW):
        read = parse_sealing_key(key.document())
        assert read == key
        check_sealing_key(read, signed_by)
        with pytest.raises(IntegrityError, match="is not signed by the service's key"):
            check_sealing_key(replace(read, not_after=read.not_after + 1), signed_by)


def test_malformed_documents() -> None:
    document = published_keys(SECRET, SIGNING, NOW)[0].document()
    with pytest.raises(
        FormatError, match="the suite of the sealing key is unknown: expected x25519"
    ):
        parse_sealing_key({**document, "suite": "none"})
    with pytest.raises(
        FormatError,
        match="the sealing key is malformed: expected publicKey, suite, notBefore, notAfter, signature",
    ):
        parse_sealing_key({"publicKey": "AA"})
    with pytest.raises(FormatError, match="the sealing key is malformed"):
        parse_sealing_key(
            {**document, "suite": SUITE_NAMES[1]}
        )  # the name of one, the key of the other


def test_a_signing_key_of_a_wrong_length() -> None:
    with pytest.raises(
        EnvironmentProblem, match="the signing key has a wrong length: expected 32 bytes, got 3"
    ):
        published_keys(SECRET, b"abc", NOW)


def test_the_keys_of_a_new_day_do_not_forget_the_old_ones() -> None:
    keys = SealingKeys(published_keys(SECRET, SIGNING, NOW), "")
    first = keys.documents()[0]["id"]
    keys.replace(published_keys(SECRET, SIGNING, NOW + DAY_S))
    assert keys.documents()[0]["id"] != first
    assert keys.is_known(first)


def test_a_verifier_seals_nothing() -> None:
    with pytest.raises(EnvironmentProblem, match="the service has no sealing key"):
        SealingKeys([], "").seal(b"x", REQUEST)
