"""The commands of a verifier: `zkctl address request` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer
from zkctl.cli.parameters import Argument, Option

Verifier = Annotated[
    Path, Argument(metavar="VERIFIER", help="The folder with the verifier's settings.json.")
]
CircuitId = Annotated[str, Argument(metavar="CIRCUIT", help="A circuit's id: membership-v1.")]
Owner = Annotated[
    str, Option("--owner", metavar="NAME", help="The registry or operator whose roots count.")
]
Purpose = Annotated[
    str, Option("--purpose", metavar="TEXT", help="membership-v1: one use for each purpose.")
]
Period = Annotated[
    int, Option("--period", metavar="N", min=0, help="membership-v1: one use in each period.")
]
Country = Annotated[str, Option("--country", metavar="JP", help="structure-v1: the country.")]
Depth = Annotated[
    int, Option("--depth", metavar="N", min=0, max=8, help="structure-v1: the number of levels.")
]
Allowed = Annotated[
    list[str] | None,
    Option("--allow", metavar="REGION", help="region-v1: an allowed region; repeatable."),
]
Prohibited = Annotated[
    list[str] | None,
    Option("--prohibit", metavar="REGION", help="region-v1: a prohibited region; repeatable."),
]
Fields = Annotated[
    list[str] | None,
    Option("--reveal", metavar="FIELD", help="selective-reveal-v1: a field; repeatable."),
]
Facility = Annotated[
    str, Option("--facility", metavar="TEXT", help="locker-v1: the door that is opened.")
]
ValidFor = Annotated[
    int, Option("--valid-for", metavar="SECONDS", min=1, max=1 << 31, help="Time to answer.")
]
RequestOutput = Annotated[
    Path, Option("-o", "--output", metavar="REQUEST.json", help="The request to write.")
]
Request = Annotated[Path, Argument(metavar="REQUEST.json", help="The request.", callback=data_file)]
Vkey = Annotated[
    Path, Argument(metavar="VKEY.json", help="The pinned verification key.", callback=data_file)
]
Public = Annotated[
    Path, Argument(metavar="PUBLIC.json", help="The public signals.", callback=data_file)
]
Proof = Annotated[Path, Argument(metavar="PROOF.json", help="The proof.", callback=data_file)]
Records = Annotated[
    Path, Option("--records", metavar="FILE.jsonl", help="The signed records, the newest last.")
]
Texts = Annotated[
    Path | None,
    Option("--texts", metavar="FILE.json", help="Long texts that came with the proof, by field."),
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `address`."""
    command(group, "request")(request)
    command(group, "verify", threads=True)(verify)


def request(
    verifier: Verifier,
    circuit: CircuitId,
    owner: Owner,
    output: RequestOutput,
    purpose: Purpose = "",
    period: Period = 0,
    country: Country = "",
    depth: Depth = 0,
    allow: Allowed = None,
    prohibit: Prohibited = None,
    reveal: Fields = None,
    facility: Facility = "",
    valid_for: ValidFor = 300,
    force: Force = False,
) -> Answer:
    r"""Ask a holder for a proof.

    Writes a request with a fresh nonce, which one answer can spend.

    Example:
        zkctl address request shop membership-v1 --owner "tokyo.example" \
            --purpose gift -o asked.json
        zkctl address request shop region-v1 --owner "tokyo.example" \
            --allow JP-13 --prohibit JP-13-101 -o asked.json
    """
    from zkctl.address.requests import Conditions
    from zkctl.toolchain.address.verifier import RequestTerms, make_request

    lists = tuple(allow or ()), tuple(prohibit or ()), tuple(reveal or ())
    conditions = Conditions(purpose, period, country, depth, *lists, facility)
    terms = RequestTerms(circuit, owner, conditions, valid_for)
    return Answer(make_request(verifier, terms, output, force=force))


def verify(
    verifier: Verifier,
    request: Request,
    vkey: Vkey,
    public: Public,
    proof: Proof,
    records: Records,
    texts: Texts = None,
) -> Answer:
    r"""Verify an answer with all duties of a verifier.

    Key, signals, proof, roots, context, conditions and nullifier; the nonce is spent and the use recorded.

    Example:
        zkctl address verify shop request.json answer/vkey.json \
            answer/public.json answer/proof.json --records epoch-1/records.jsonl
    """
    from zkctl.toolchain.address.documents import read_texts
    from zkctl.toolchain.address.verifier import Answered, accept_answer

    files = Answered(vkey, public, proof, {} if texts is None else read_texts(texts))
    return Answer(accept_answer(verifier, request, records, files), verdict="OK")
