"""The commands `zkctl ceremony serve` and `zkctl ceremony join`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.arguments import Folder
from zkctl.cli.command import CommandGroup, command, data_file
from zkctl.cli.entropy import Entropy, EntropyFile, read_entropy, read_entropy_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.standard_streams import STDIN
from zkctl.storage.mapped import read_input

if TYPE_CHECKING:
    from zkctl.service.coordinator.run import ServeSummary

Host = Annotated[str, Option("--host", metavar="ADDRESS", help="The address to listen on.")]
Port = Annotated[
    int, Option("--port", metavar="N", min=0, max=65535, help="The port; 0 picks a free one.")
]
State = Annotated[
    Path | None,
    Option(
        "--state", metavar="FOLDER", help="The coordinator's own folder [default: FOLDER.server]."
    ),
]
Lease = Annotated[
    float,
    Option("--lease", metavar="SECONDS", min=1, help="The silence after which a slot is lost."),
]
Slot = Annotated[
    float,
    Option("--slot", metavar="SECONDS", min=1, help="The longest time for one contributor."),
]
Penalty = Annotated[
    float,
    Option("--penalty", metavar="SECONDS", min=0, help="The wait after a slot is lost."),
]
Contribute = Annotated[
    float,
    Option("--contribute", metavar="SECONDS", min=1, help="Time until an upload must begin."),
]
Places = Annotated[
    int, Option("--places", metavar="N", min=1, help="Places in the queue for one network.")
]
Participants = Annotated[
    Path | None,
    Option(
        "--participants",
        metavar="FILE",
        help="The public keys that may enter, one per line.",
        callback=data_file,
    ),
]
TrustProxy = Annotated[
    bool,
    Option("--trust-proxy", help="Accept client addresses from a proxy on this machine."),
]
PublicUrl = Annotated[
    str,
    Option("--public-url", metavar="URL", help="The address that contributors use."),
]
PublicName = Annotated[
    str, Option("--name", "-n", metavar="TEXT", help="Your name; recorded in the file.")
]
Url = Annotated[str, Argument(metavar="URL", help="The coordinator.")]
KeyFile = Annotated[
    Path | None,
    Option("--key", metavar="KEYFILE", help="Your Ed25519 key (ssh or keygen); made if missing."),
]
Output = Annotated[
    Path | None,
    Option("-o", "--output", metavar="FOLDER", help="The folder for receipt and attestation."),
]
Id = Annotated[
    str, Option("--ceremony", metavar="ID", help="The announced id; another is refused.")
]
AllowHttp = Annotated[bool, Option("--allow-http", help="Permit an address without encryption.")]


InvitationFile = Annotated[
    Path | None,
    Option(
        "--invitation-file",
        metavar="FILE",
        help="Your invitation; - is stdin. Or set ZKCTL_INVITATION.",
        stream=STDIN,
    ),
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ceremony`."""
    command(group, "serve")(serve)
    command(group, "join", threads=True)(join)


def serve(
    terminal: Terminal,
    folder: Folder,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    state: State = None,
    lease: Lease = 60.0,
    slot: Slot = 3600.0,
    penalty: Penalty = 300.0,
    contribute: Contribute = 900.0,
    places: Places = 10,
    participants: Participants = None,
    trust_proxy: TrustProxy = False,
    public_url: PublicUrl = "",
) -> Answer:
    """Coordinate a ceremony over HTTP.

    One contributor at a time has the slot, and each contribution is verified. Prints the address and
    runs until it is stopped. After a restart it continues with the same queue.

    Example:
        zkctl ceremony serve ceremony --port 8000
    """
    from zkctl.toolchain.ceremony.coordinator_client import public_address

    try:
        from zkctl.service.coordinator.run import ListenAddress
        from zkctl.service.coordinator.run import serve as run
        from zkctl.service.coordinator.settings import CoordinatorSettings
    except ModuleNotFoundError as problem:
        raise EnvironmentProblem(
            f"the coordinator needs the package {problem.name}",
            hint="pip install 'zkctl[service]'",
        ) from None
    addresses = frozenset([public_address(public_url)] if public_url else [])
    settings = CoordinatorSettings(
        lease=lease,
        slot=slot,
        penalty=penalty,
        contribute=contribute,
        places=places,
        participants=participants,
        addresses=addresses,
    )

    def ready(summary: ServeSummary) -> None:
        terminal.succeed(Answer(summary, text=summary.url))

    place = state or folder.with_name(f"{folder.resolve().name}.server")
    with terminal.noting("zkctl.coordinator"):
        run(folder, place, ListenAddress(host, port, trust_proxy), settings, ready)
    return Answer(None, already_printed=True)


def join(
    terminal: Terminal,
    url: Url,
    name: PublicName = "",
    key: KeyFile = None,
    output: Output = None,
    ceremony: Id = "",
    allow_http: AllowHttp = False,
    invitation_file: InvitationFile = None,
    entropy: Entropy = None,
    entropy_file: EntropyFile = None,
) -> Answer:
    """Contribute to a ceremony over HTTP.

    Waits in the queue, contributes, sends the key and keeps the receipt. The secret comes from the
    operating system and is not kept. After an interruption, run the same command again: it keeps
    the place in the queue and makes a new contribution.

    Example:
        zkctl ceremony join https://ceremony.example.org --name "Ann"
    """
    from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient
    from zkctl.toolchain.ceremony.join import join_ceremony
    from zkctl.toolchain.ceremony.requests import ContributionRequest

    if key is not None and not key.exists():
        raise UsageError(
            f"there is no key {key}",
            hint="make one with zkctl ceremony keygen, or omit --key",
        )
    client = CoordinatorClient(url, allow_http=allow_http, tell=terminal.note)
    extra = read_entropy_file(entropy_file)
    if not extra or entropy is not None:
        extra += read_entropy(terminal, entropy)
    summary = join_ceremony(
        client,
        ContributionRequest(name, extra, key),
        folder=output,
        ceremony=ceremony,
        invitation=_invitation(invitation_file),
        progress=terminal.progress,
    )
    return Answer(summary)


def _invitation(path: Path | None) -> str:
    """Return the invitation of a file, of stdin or of the environment; never of the command line."""
    from zkctl.toolchain.ceremony.admission import (
        INVITATION_VARIABLE,
        MAX_INVITATION_BYTES,
        parse_invitation,
    )

    if path is None:
        text = os.environ.get(INVITATION_VARIABLE, "")
        return parse_invitation(text) if text else ""
    return parse_invitation(read_input(path, MAX_INVITATION_BYTES).decode("utf-8", "replace"))
