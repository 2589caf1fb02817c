"""The chain of a ledger, and the diagnosis of forks (docs/design/security-cases.md, N60)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zkctl.ceremony.record.ledger import (
    BEACON,
    CONTRIBUTION,
    INIT,
    NO_PREVIOUS,
    REJECTED,
    Entry,
    Ledger,
    check_expected_contributions,
    check_ledger,
    compare_contributions,
    line_digest,
)
from zkctl.ceremony.record.signing import new_key, public_key_of, sign
from zkctl.errors import CheckFailed
from zkctl.formats.ceremony_files import entry_line

KINDS = [INIT, CONTRIBUTION, REJECTED, CONTRIBUTION, BEACON]


def chain(*changes: dict[int, dict[str, object]]) -> Ledger:
    """A ledger of KINDS; `changes` go into lines before the next ones name their digests."""
    changed = changes[0] if changes else {}
    entries, lines, previous, number, parent = [], [], NO_PREVIOUS, 0, ""
    for k, kind in enumerate(KINDS):
        entry = Entry(k, previous, kind, "id", "t", "zkctl", number=number, contribution="c0")
        if kind == REJECTED:
            entry = replace(entry, number=0, contribution="")
        elif k:
            number += 1
            entry = replace(entry, number=number, contribution=f"c{number}", parent=parent)
        entry = replace(entry, **changed.get(k, {}))
        parent = entry.contribution or parent
        entries.append(entry)
        lines.append(entry_line(entry))
        previous = line_digest(lines[-1])
    return Ledger(tuple(entries), tuple(lines))


def test_a_good_chain() -> None:
    ledger = chain()
    check_ledger(ledger, "t")
    assert [entry.contribution for entry in ledger.accepted] == ["c1", "c2", "c3"]
    assert ledger.newest.kind == BEACON


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({2: {"previous": "0" * 64}}, "the line does not follow the one before it"),
        ({2: {"index": 3}}, "the line does not follow the one before it"),
        ({0: {"kind": CONTRIBUTION}}, "only the first line begins a ceremony"),
        ({1: {"kind": INIT}}, "only the first line begins a ceremony"),
        ({3: {"ceremony_id": "other"}}, "the line belongs to another ceremony"),
        ({3: {"number": 5}}, "contribution 5 does not continue contribution 1"),
        ({3: {"parent": "c0"}}, "contribution 2 does not continue contribution 1"),
        ({3: {"signature": "00", "public_key": "x"}}, "the public key is not an OpenSSH"),
        ({3: {"public_key": "x"}}, "there is a public key without a signature"),
    ],
)
def test_broken_chains(changes: dict[Any, Any], message: str) -> None:
    with pytest.raises(Exception, match=message) as caught:
        check_ledger(chain(changes), "t")
    assert getattr(caught.value, "where", None) == f"t, line {1 + min(changes)}"


@pytest.mark.parametrize(
    "claim",
    [
        {"file": "x.zkey"},
        {"number": 2},
        {"contribution": "c2"},
        {"parent": "c1"},
        {"name": "Mallory"},
        {"public_key": "x"},
        {"signature": "00"},
        {"drand_round": 7},
    ],
    ids=str,
)
def test_the_line_of_a_refused_file_claims_nothing(claim: dict[str, Any]) -> None:
    with pytest.raises(CheckFailed, match="the line of a refused file claims a contribution"):
        check_ledger(chain({2: claim}), "t")


@pytest.mark.parametrize("k", range(5))
def test_a_line_that_is_removed_or_changed(k: int) -> None:
    ledger = chain()
    without = Ledger(
        ledger.entries[:k] + ledger.entries[k + 1 :], ledger.lines[:k] + ledger.lines[k + 1 :]
    )
    if k < 4:
        with pytest.raises(CheckFailed, match="the line does not follow the one before it"):
            check_ledger(without, "t")
        changed = replace(ledger.entries[k], name="Mallory")
        lines = (*ledger.lines[:k], entry_line(changed), *ledger.lines[k + 1 :])
        with pytest.raises(CheckFailed, match="the line does not follow the one before it"):
            check_ledger(Ledger(ledger.entries, lines), "t")


def test_an_empty_ledger() -> None:
    with pytest.raises(CheckFailed, match="the ledger is empty"):
        check_ledger(Ledger((), ()), "t")


def test_a_forged_name_under_a_signature() -> None:
    """N61: the statement is what is signed; another contribution under the same signature fails."""
    private = new_key()
    entry = chain().entries[1]
    signed = {
        "public_key": public_key_of(private, "k"),
        "signature": sign(private, entry.statement, "k"),
    }
    check_ledger(chain({1: signed}), "t")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_ledger(chain({1: {**signed, "contribution": "mallory"}}), "t")


FORKS = [
    ("abcd", "abXd", "contribution 3 of 4 was replaced: the key was forked after contribution 2"),
    ("abcd", "X", "contribution 1 of 4 was replaced: the key was forked after contribution 0"),
    ("abcd", "acd", "contribution 2 of 4 was removed: its successor is in its place"),
    ("abcd", "bcd", "contribution 1 of 4 was removed"),
    ("abcd", "acbd", "contribution 2 of 4 is out of order: it is number 3 in the key"),
    ("abcd", "abc", "contribution 4 of 4 is missing: the key ends before it"),
    ("abcd", "", "contribution 1 of 4 is missing"),
    ("abcd", "abcdX", "contribution 5 of the key is not recorded: expected 4 contributions"),
]


@pytest.mark.parametrize(("expected", "found", "message"), FORKS)
def test_forks_are_named(expected: str, found: str, message: str) -> None:
    compare_contributions(expected, expected)
    with pytest.raises(CheckFailed, match=message):
        compare_contributions(list(expected), list(found))


@pytest.mark.parametrize(
    ("expected", "found", "message"),
    [
        ("ac", "abd", r"expected contribution 2 of 2, c\.\.\., is missing from the key"),
        (
            "ca",
            "abc",
            r"contribution 2 of 2, a\.\.\., is number 1 in the key, before the one expected first",
        ),
        ("a", "", "is missing from the key"),
    ],
)
def test_expected_contributions(expected: str, found: str, message: str) -> None:
    check_expected_contributions("ac", "abc")
    check_expected_contributions("", "")
    with pytest.raises(CheckFailed, match=message):
        check_expected_contributions(list(expected), list(found))
