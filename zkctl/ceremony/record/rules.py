"""The rules that a ceremony announces before its first contribution: ceremony.yaml as data."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

from zkctl.ceremony.drand import QUICKNET, round_time
from zkctl.errors import IntegrityError, UsageError
from zkctl.runtime.records import record

SCHEMA = "zkctl-ceremony/1"
SIGNING_SCHEME = "ed25519"
DEFAULT_PLAYERS = 20
MAX_PLAYERS = 1_000_000
MAX_TITLE_CHARACTERS = 100
OPEN, INVITATION, KEYS = "open", "invitation", "keys"
ADMISSIONS = (OPEN, INVITATION, KEYS)
_DIGEST = re.compile("[0-9a-f]{128}")
MAX_SOURCE_CHARACTERS = 500
_TIME_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@record
class Rules:
    """The rules of one ceremony; digests are BLAKE2b-512 in hexadecimal, times UTC.

    An empty deadline or beacon source means that none was announced; beacon_round is 0 unless the
    source has rounds.  `admission` is open (any contributor), invitation (an unused invitation), or keys (the public
    keys of a list, whose digest is here).
    """

    circuit: str
    circuit_blake2b: str
    phase1: str
    phase1_blake2b: str
    minimum_players: int = DEFAULT_PLAYERS
    deadline: str = ""
    beacon_source: str = ""
    beacon_round: int = 0
    signing_scheme: str = SIGNING_SCHEME
    signatures_required: bool = False
    title: str = ""
    admission: str = OPEN
    admission_blake2b: str = ""  # of the list of public keys
    schema: str = SCHEMA


def parse_time(text: str) -> int:
    """Return the seconds since 1970 of a time like 2026-12-31T12:00:00Z.  Raises: UsageError."""
    with suppress(ValueError):
        if _TIME_FORM.fullmatch(text):
            return int(datetime.strptime(text, _TIME).replace(tzinfo=UTC).timestamp())
    raise UsageError(f"the time {text[:40]!r} is not of the form 2026-12-31T12:00:00Z")


def time_text(seconds: int) -> str:
    """Return a time in the form of the records."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_TIME)


def check_rules(rules: Rules) -> None:
    """Check that the rules do not contradict themselves (UsageError)."""
    if not 1 <= rules.minimum_players <= MAX_PLAYERS:
        raise UsageError(f"minimum_players is {rules.minimum_players}, expected 1 to {MAX_PLAYERS}")
    if rules.signing_scheme != SIGNING_SCHEME:
        raise UsageError(
            f"the signing scheme is unknown: expected {SIGNING_SCHEME}, got {rules.signing_scheme!r}"
        )
    _check_title(rules.title)
    _check_admission(rules)
    source = rules.beacon_source
    if len(source) > MAX_SOURCE_CHARACTERS or not source.isprintable():
        raise UsageError(
            f"the beacon source is too long or not printable: expected at most"
            f" {MAX_SOURCE_CHARACTERS} characters on one line, got {len(source)}"
        )
    deadline = parse_time(rules.deadline) if rules.deadline else None
    if (rules.beacon_source == QUICKNET) != (rules.beacon_round != 0):
        raise UsageError(
            f"the beacon source {QUICKNET} needs the number of its round, and no other source has one"
        )
    if not rules.beacon_round:
        return
    published = round_time(rules.beacon_round)
    if deadline is not None and published <= deadline:
        raise UsageError(
            f"round {rules.beacon_round} is published at {time_text(published)},"
            f" before the deadline {rules.deadline} for contributions"
        )


def _check_title(title: str) -> None:
    if len(title) > MAX_TITLE_CHARACTERS or not title.isprintable() or title != title.strip():
        raise UsageError(
            f"the title is malformed: expected at most {MAX_TITLE_CHARACTERS} printable characters,"
            f" got {title[:MAX_TITLE_CHARACTERS]!r}"
        )


def _check_admission(rules: Rules) -> None:
    if rules.admission not in ADMISSIONS:
        raise UsageError(
            f"the admission is unknown: expected {', '.join(ADMISSIONS)}, got {rules.admission[:40]!r}"
        )
    by_list = rules.admission == KEYS
    if bool(_DIGEST.fullmatch(rules.admission_blake2b)) != by_list or (
        rules.admission_blake2b and not by_list
    ):
        raise UsageError(
            f"the admission {rules.admission} does not fit its list of public keys:"
            f" expected {'its BLAKE2b-512' if by_list else 'none'}",
            hint="pass the list as `participants`, and keys as `admission`",
        )
    if by_list and not rules.signatures_required:
        raise UsageError(
            "the admission keys needs signatures: expected signatures_required: true, got false"
        )


def check_beacon_is_ahead(rules: Rules, now: int) -> None:
    """Check that the beacon round's value is not public yet (IntegrityError)."""
    if rules.beacon_round and round_time(rules.beacon_round) <= now:
        raise IntegrityError(
            f"round {rules.beacon_round} was published at"
            f" {time_text(round_time(rules.beacon_round))}, its value is known: now it is {time_text(now)}",
            hint="a beacon must be unknown until the last contribution is made",
        )


def check_open(rules: Rules, now: int) -> None:
    """Check that the ceremony is open: before its deadline, and before the beacon's value is public.

    Raises: IntegrityError.
    """
    if rules.deadline and now > parse_time(rules.deadline):
        raise IntegrityError(f"the ceremony ended at {rules.deadline}, now it is {time_text(now)}")
    check_beacon_is_ahead(rules, now)
