"""The parts of `zkctl prove` and `zkctl verify` that ask a service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Option
from zkctl.errors import CheckFailed, UsageError
from zkctl.runtime.standard_streams import STDIN

if TYPE_CHECKING:
    from zkctl.client.files import ProofOutputs, ProofTerms, ServiceAccess

KEY_VARIABLE = "ZKCTL_API_KEY"

Service = Annotated[
    str | None,
    Option(
        "--service",
        metavar="URL",
        help=f"Ask a service at this address; its API key is in {KEY_VARIABLE}.",
    ),
]
CircuitName = Annotated[
    str | None, Option("--circuit", metavar="ID", help="With --service: the circuit.")
]
BundleFile = Annotated[
    Path | None,
    Option(
        "--bundle",
        metavar="FILE",
        help="Verify a bundle (zkp1...): proof and public signals in one string.",
        callback=data_file,
        stream=STDIN,
    ),
]
Seal = Annotated[
    bool,
    Option("--seal", help="With --service: seal the inputs to a worker, and the proof to you."),
]
SignedBy = Annotated[
    str | None,
    Option(
        "--signed-by",
        metavar="HEX",
        help="With --seal: the service's public key, as its owner published it.",
    ),
]


def access_of(url: str) -> ServiceAccess:
    """Return the address with the key of the environment."""
    from zkctl.client.files import ServiceAccess

    return ServiceAccess(url, os.environ.get(KEY_VARIABLE, ""))


def verify_by_service(
    url: str, files: tuple[Path | None, ...], bundle: Path | None, circuit: str | None
) -> Answer:
    """Verify by a service: a bundle, or public signals and proof of a circuit."""
    from zkctl.client import files as actions

    given = [file for file in files if file is not None]
    if bundle is not None:
        if given or circuit is not None:
            raise UsageError("unexpected file or --circuit with --bundle: a bundle has everything")
        found = actions.verify_bundle_by_service(access_of(url), bundle)
    elif len(given) != 2 or circuit is None:
        raise UsageError(
            f"--service needs public signals, proof and --circuit: expected 2 files, got {len(given)}",
            hint="run zkctl verify PUBLIC.json PROOF.json --service URL --circuit ID, or pass --bundle",
        )
    else:
        found = actions.verify_by_service(access_of(url), *given, circuit=circuit)
    if found.valid:
        return Answer(found, text="OK")
    failure = CheckFailed(f"the service does not accept the proof: {found.reason}")
    return Answer(found, text="INVALID", failure=failure)


def prove_by_service(
    terminal: Terminal, url: str, inputs: Path, terms: ProofTerms, outputs: ProofOutputs
) -> Answer:
    """Prove by a service."""
    from zkctl.client.files import prove_by_service as action

    return Answer(action(access_of(url), inputs, terms, outputs, terminal.progress))
