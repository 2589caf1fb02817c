"""The parts of `zkctl prove` and `zkctl verify` that ask a service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Option
from zkctl.errors import CheckFailed, UsageError
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import STDIN

if TYPE_CHECKING:
    from zkctl.client.files import ServiceAccess

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


@record
class ServiceOptions:
    """The options of `zkctl prove` about a service."""

    service: str | None
    circuit: str | None
    seal: bool
    signed_by: str | None

    def check_unused(self) -> None:
        """Check that none is given without --service.  Raises: UsageError."""
        if self.circuit is not None or self.seal or self.signed_by is not None:
            raise UsageError("--circuit, --seal and --signed-by are for --service")


@record
class ProofFiles:
    """The files of `zkctl prove`; the first one is that of the inputs if a service proves."""

    first: Path
    witness: Path | None
    output: Path
    public: Path
    force: bool


def prove_by_service(terminal: Terminal, asked: ServiceOptions, files: ProofFiles) -> Answer:
    """Prove by a service."""
    from zkctl.client.files import ProofTerms, ServiceProofFiles
    from zkctl.client.files import prove_by_service as action

    if files.witness is not None:
        raise UsageError(
            f"unexpected file with --service: expected the inputs only, got {files.witness}"
        )
    if asked.circuit is None:
        raise UsageError("--service without a circuit", hint="name it with --circuit")
    terms = ProofTerms(asked.circuit, asked.seal, asked.signed_by or "")
    outputs = ServiceProofFiles(files.output, files.public, files.force)
    access = access_of(asked.service or "")
    return Answer(action(access, files.first, terms, outputs, terminal.progress))
