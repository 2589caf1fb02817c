"""Commands about a ceremony over the network: ceremony serve, join."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zkctl.cli.command import command, data_file
from zkctl.cli.entropy import Entropy, EntropyFile, read_entropy, read_entropy_file
from zkctl.cli.output import Answer, Terminal
from zkctl.errors import EnvironmentProblem, UsageError

if TYPE_CHECKING:
    from zkctl.service.coordinator.run import ServeSummary

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The ceremony.")]
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")]
Port = Annotated[
    int, typer.Option("--port", metavar="N", min=0, max=65535, help="The port; 0 picks a free one.")
]
State = Annotated[
    Path | None,
    typer.Option("--state", metavar="FOLDER", help="The queue; by default FOLDER.server."),
]
Lease = Annotated[
    float,
    typer.Option("--lease", metavar="SECONDS", min=1, help="Silence after which a slot is lost."),
]
Slot = Annotated[
    float, typer.Option("--slot", metavar="SECONDS", min=1, help="The longest time for one person.")
]
Penalty = Annotated[
    float,
    typer.Option("--penalty", metavar="SECONDS", min=0, help="The wait after a slot is lost."),
]
Participants = Annotated[
    Path | None,
    typer.Option(
        "--participants",
        metavar="FILE",
        help="Let only these public keys in, one a line.",
        callback=data_file,
    ),
]
TrustProxy = Annotated[
    bool,
    typer.Option("--trust-proxy", help="Believe a proxy on this machine about addresses."),
]
Url = Annotated[str, typer.Argument(metavar="URL", help="The coordinator.")]
JoinName = Annotated[
    str, typer.Option("--name", "-n", metavar="TEXT", help="Who you are; recorded in the file.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="KEYFILE", help="Your Ed25519 key (ssh or keygen); made if missing."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FOLDER", help="The folder for what you keep."),
]
Id = Annotated[
    str, typer.Option("--ceremony", metavar="ID", help="The announced id; another is refused.")
]
AllowHttp = Annotated[
    bool, typer.Option("--allow-http", help="Permit an address without encryption.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group `ceremony`."""
    command(group, "serve")(serve)
    command(group, "join", computes=True)(join)


def serve(
    terminal: Terminal,
    folder: Folder,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    state: State = None,
    lease: Lease = 60.0,
    slot: Slot = 3600.0,
    penalty: Penalty = 300.0,
    participants: Participants = None,
    trust_proxy: TrustProxy = False,
) -> Answer:
    """Coordinate a ceremony over HTTP: one contributor at a time, each verified.

    Prints its address and runs until it is stopped; started again, it goes on where it was.
    """
    try:
        from zkctl.service.coordinator.run import Place, read_participants
        from zkctl.service.coordinator.run import serve as run
        from zkctl.service.coordinator.settings import Settings
    except ModuleNotFoundError as problem:
        raise EnvironmentProblem(
            f"the coordinator needs the package {problem.name}",
            hint="pip install 'zkctl[service]'",
        ) from None
    allowed = frozenset() if participants is None else read_participants(participants)
    settings = Settings(lease=lease, slot=slot, penalty=penalty, participants=allowed)

    def ready(summary: ServeSummary) -> None:
        told = Answer(summary, text=summary.url)
        terminal.succeed(told)

    place = state or folder.with_name(f"{folder.resolve().name}.server")
    run(folder, place, Place(host, port, trust_proxy), settings, ready, terminal.note)
    return Answer(None, told=True)


def join(
    terminal: Terminal,
    url: Url,
    name: JoinName = "",
    key: KeyFile = None,
    output: Output = None,
    ceremony: Id = "",
    allow_http: AllowHttp = False,
    entropy: Entropy = None,
    entropy_file: EntropyFile = None,
) -> Answer:
    """Take part in a ceremony: wait for your turn, contribute, send, keep the receipt.

    The secret comes from the operating system and is forgotten. Started again after an
    interruption, it keeps your place if you have one, and makes a new contribution.
    """
    from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient
    from zkctl.toolchain.ceremony.join import join_ceremony

    if key is not None and not key.exists():
        raise UsageError(
            f"there is no key {key}",
            hint="make one with zkctl ceremony keygen, or leave --key away",
        )
    client = CoordinatorClient(url, allow_http=allow_http, tell=terminal.note)
    extra = read_entropy_file(entropy_file)
    if not extra or entropy is not None:
        extra += read_entropy(terminal, entropy)
    summary = join_ceremony(
        client,
        name=name,
        entropy=extra,
        signing_key=key,
        folder=output,
        ceremony=ceremony,
        report=terminal.report,
    )
    return Answer(summary)
