"""The actions that draw a ceremony secret; they run only in the process of `secret_step`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import BinaryIO

from zkctl.ceremony.entropy import participant_rng
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import contribute_phase1, respond
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.curve import curve_by_name
from zkctl.errors import UsageError
from zkctl.formats.binary.bellman import read_bellman, write_bellman
from zkctl.formats.binary.ptau.exchange import Response, read_challenge, write_response
from zkctl.formats.binary.ptau.file import PtauFile, read_ptau, write_ptau
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Report
from zkctl.storage.scratch import scratch_beside
from zkctl.toolchain.ceremony.bellman import bellman_summary
from zkctl.toolchain.ptau.contribute import about, ptau_summary
from zkctl.toolchain.ptau.exchange import ResponseSummary
from zkctl.toolchain.secret_step import Facts

Action = Callable[[Facts, BinaryIO, Report], Facts]


def _key(task: Facts, output: BinaryIO, _report: Report) -> Facts:
    old = Path(task["old"])
    stored = read_zkey(old)
    with about(old):
        key, record = contribute_phase2(
            stored.key,
            stored.circuit_hash,
            stored.contributions,
            participant(task["name"]),
            task["entropy"],
        )
    new = ZkeyFile(key, stored.circuit_hash, [*stored.contributions, record])
    write_zkey(output, new, order=CONTRIBUTION_ORDER)
    return {}


def _ptau(task: Facts, output: BinaryIO, report: Report) -> Facts:
    old, where = Path(task["old"]), Path(task["where"])
    file = read_ptau(old)
    report("contributing to the powers of tau", None)
    origin = participant(task["name"])
    with about(old), scratch_beside(where):
        powers, record = contribute_phase1(file.powers, file.contributions, origin, task["entropy"])
    extended = PtauFile(powers, [*file.contributions, record])
    report("writing the powers of tau", None)
    write_ptau(output, extended)
    return asdict(ptau_summary(extended, where))


def _challenge(task: Facts, output: BinaryIO, report: Report) -> Facts:
    challenge, where = Path(task["old"]), Path(task["where"])
    expected = curve_by_name(task["curve"]) if task["curve"] else None
    with scratch_beside(where):
        given = read_challenge(challenge)
    powers = given.powers
    if expected is not None and powers.curve is not expected:
        raise UsageError(
            f"the challenge is over {powers.curve.name}, not {expected.name}",
            where=printable(challenge),
        )
    report("contributing to the powers of tau", None)
    with about(challenge), scratch_beside(where):
        updated, key = respond(powers, given.digest, participant_rng(task["entropy"]))
    report("writing the response", None)
    digest = write_response(output, Response(given.digest, updated, key))
    summary = ResponseSummary(
        str(where), powers.curve.name, powers.power, given.digest.hex(), digest.hex()
    )
    return asdict(summary)


def _bellman(task: Facts, output: BinaryIO, report: Report) -> Facts:
    old, where = Path(task["old"]), Path(task["where"])
    report("reading the parameters", None)
    found = read_bellman(old)
    report("contributing to the parameters", None)
    with about(old):
        key, record = contribute_phase2(
            found.key, found.circuit_hash, found.contributions, participant(""), task["entropy"]
        )
    extended = replace(found, key=key, contributions=[*found.contributions, record])
    report("writing the parameters", None)
    write_bellman(output, extended)
    new = ZkeyFile(key, extended.circuit_hash, extended.contributions)
    return asdict(bellman_summary(where, new, 1))


ACTIONS: dict[str, Action] = {
    "key": _key,
    "ptau": _ptau,
    "challenge": _challenge,
    "bellman": _bellman,
}
