"""Phase 1 by challenge and response: `zkctl ptau export-challenge, contribute-challenge, import-response`."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.hashing import (
    BLANK,
    IMPORT_PIECE_BYTES,
    response_hash,
    response_state,
)
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import check_untruncated, current_challenge, record_of
from zkctl.ceremony.phase1.verify import check_phase1
from zkctl.errors import CheckFailed
from zkctl.formats.binary.ptau.exchange import (
    read_response,
    write_challenge,
)
from zkctl.formats.binary.ptau.file import PtauFile, read_ptau
from zkctl.formats.curve_names import curve_of_name
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.scratch import scratch_beside
from zkctl.toolchain.ptau.new import PtauSummary
from zkctl.toolchain.ptau.powers_file import write_powers
from zkctl.toolchain.secret_step import SecretStep, run_secret_step

_SHOWN_DIGITS = 16  # characters of a digest in a message


@record
class ChallengeSummary:
    """The file that a contributor receives; other files are compared with both hashes."""

    challenge: str
    curve: str
    power: int
    previous_response_hash: str
    challenge_hash: str


@record
class ResponseSummary:
    """The file that a contributor returns, and its hash to publish."""

    response: str
    curve: str
    power: int
    challenge_hash: str
    contribution_hash: str


def export_challenge(
    ptau: Path, *, output: Path, force: bool = False, progress: Progress = silent
) -> ChallengeSummary:
    """Write the challenge for the next participant.

    Raises: InputError for a truncated file; CheckFailed if the points are not those whose hash the
    last contribution recorded.
    """
    check_destination(output, force=force, inputs=[ptau])
    file = read_ptau(ptau)
    last = file.contributions[-1] if file.contributions else None
    progress("writing the challenge", None)
    with located(ptau):
        check_untruncated(file.powers)
        previous = response_hash(last.partial_hash, last.public_key) if last else BLANK
        expected = current_challenge(file.powers, file.contributions)
        with atomic_output(output, force=force, inputs=[ptau]) as stream:
            digest = write_challenge(stream, previous, file.powers)
            if digest != expected:
                raise CheckFailed(
                    f"the powers hash to the challenge {digest.hex()[:_SHOWN_DIGITS]}...,"
                    f" the file records {expected.hex()[:_SHOWN_DIGITS]}..."
                )
    powers = file.powers
    return ChallengeSummary(
        str(output), powers.curve.name, powers.power, previous.hex(), digest.hex()
    )


def contribute_challenge(
    challenge: Path,
    *,
    output: Path,
    curve: str = "",
    entropy: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> ResponseSummary:
    """Write the response to a challenge, with secrets from the operating system and the text.

    Raises: FormatError, EncodingError for a wrong challenge; UsageError if it is over another curve.
    """
    check_destination(output, force=force, inputs=[challenge])
    expected = curve_of_name(curve).name if curve else ""
    with atomic_output(output, force=force, inputs=[challenge]) as stream:
        step = SecretStep("challenge", challenge, entropy=entropy, curve=expected)
        facts = run_secret_step(step, stream, output, progress=progress)
    return ResponseSummary(response=str(output), **facts)


def import_response(
    old: Path,
    *,
    response: Path,
    output: Path,
    name: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> PtauSummary:
    """Write the ptau file that a response leads to, everything checked as by `verify_ptau`.

    Raises: CheckFailed for a response to another challenge or without valid proofs; FormatError,
    EncodingError for a malformed one; InputError if the old file is truncated.
    """
    origin = participant(name)
    check_destination(output, force=force, inputs=[old, response])
    file = read_ptau(old)
    with located(old):
        check_untruncated(file.powers)
    progress("reading the response", None)
    with scratch_beside(output):
        given = read_response(response, file.powers.curve, file.powers.power)
    challenge = current_challenge(file.powers, file.contributions)
    if given.challenge != challenge:
        raise CheckFailed(
            f"the response answers the challenge {given.challenge.hex()[:_SHOWN_DIGITS]}...,"
            f" the next one is {challenge.hex()[:_SHOWN_DIGITS]}...",
            where=printable(response),
            hint="it was made for another file: export the challenge again",
        )
    progress("hashing the response", None)
    state = response_state(challenge, given.powers, IMPORT_PIECE_BYTES).export()
    record = record_of(given.powers, given.public_key, state, origin)
    extended = PtauFile(given.powers, [*file.contributions, record])
    with located(response):
        check_phase1(extended.powers, extended.contributions, progress)
    return write_powers(extended, output, force=force, inputs=[old, response], progress=progress)
