"""The commands of a holder: `zkctl address keygen` and `input`; and `pid`, for all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import InputError
from zkctl.runtime.standard_streams import STDIN

if TYPE_CHECKING:
    from zkctl.toolchain.address.pids import PidLine

Pids = Annotated[
    Path, Argument(metavar="PIDS.txt", help="PIDs, one a line.", callback=data_file, stream=STDIN)
]
Normalise = Annotated[
    bool, Option("--normalise", help="Fold letters and hyphens of typed input before.")
]
Components = Annotated[bool, Option("--components", help="Print the numbers of each PID, too.")]
SecretOutput = Annotated[
    Path, Option("-o", "--output", metavar="FILE.json", help="The secret to write.")
]
Access = Annotated[bool, Option("--access", help="A secret for the reservation of a locker.")]
Request = Annotated[
    Path, Argument(metavar="REQUEST.json", help="The verifier's request.", callback=data_file)
]
SecretFile = Annotated[
    Path, Option("--secret", metavar="FILE.json", help="The secret that keygen wrote.")
]
CredentialFile = Annotated[
    Path, Option("--credential", metavar="FILE.json", help="The credential of the leaf.")
]
SnapshotFolder = Annotated[
    Path, Option("--snapshot", metavar="SNAPSHOT", help="A snapshot of the newest epoch.")
]
OwnerKey = Annotated[
    Path, Option("--key", metavar="KEY.pub", help="The public key of the registry or operator.")
]
OldCredential = Annotated[
    Path | None,
    Option("--old-credential", metavar="FILE.json", help="The address before, for version-v1."),
]
OldSnapshot = Annotated[
    Path | None,
    Option("--old-snapshot", metavar="SNAPSHOT", help="An epoch that has its leaf."),
]
InputOutput = Annotated[
    Path, Option("-o", "--output", metavar="INPUT.json", help="The input to write.")
]
MinLeaves = Annotated[
    int,
    Option("--min-leaves", metavar="N", min=1, help="Refuse a bucket with fewer leaves."),
]
Deep = Annotated[
    bool, Option("--deep", help="Accept allowed regions that are deeper than level 2.")
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `address`."""
    command(group, "pid")(pid)
    command(group, "keygen")(keygen)
    command(group, "input", threads=True)(make)


def pid(pids: Pids, normalise: Normalise = False, components: Components = False) -> Answer:
    """Check PIDs, one a line.

    PIDs come from a file or standard input, never from the command line, which other users see.

    Example:
        zkctl address pid pids.txt
    """
    from zkctl.toolchain.address.pids import list_pids

    summary = list_pids(pids, normalise=normalise, components=components)
    failure = None
    if summary.n_refused:
        failure = InputError(
            f"wrong PIDs: expected 0, got {summary.n_refused} of {len(summary.pids)}"
        )
    lines = map(_line, summary.pids)
    return Answer(summary, text=lines, failure=failure, include_result=True)


def _line(each: PidLine) -> str:
    if each.refused:
        return f"line {each.line}: {each.refused}"
    suffix = f", collision {each.collision}" if each.collision else ""
    numbers = f": {' '.join(each.components)}" if each.components else ""
    return f"line {each.line}: depth {each.depth}{suffix}{numbers}"


def keygen(output: SecretOutput, access: Access = False, force: Force = False) -> Answer:
    """Make a holder's secret.

    Only its public half leaves the holder: the holder key, or with --access the access commitment.

    Example:
        zkctl address keygen -o holder.json
    """
    from zkctl.toolchain.address.holder import generate_holder_secret

    return Answer(generate_holder_secret(output, access=access, force=force))


def make(
    request: Request,
    secret: SecretFile,
    credential: CredentialFile,
    snapshot: SnapshotFolder,
    key: OwnerKey,
    output: InputOutput,
    old_credential: OldCredential = None,
    old_snapshot: OldSnapshot = None,
    min_leaves: MinLeaves = 1024,
    deep: Deep = False,
    force: Force = False,
) -> Answer:
    r"""Make the input of the proof that a verifier asks for.

    Checks that the statement is true. The file holds the secret: it is for `zkctl witness` on this machine.

    Example:
        zkctl address input request.json --secret holder.json \
            --credential home.json --snapshot epoch-1 --key provider.pub -o in.json
    """
    from zkctl.toolchain.address.holder import InputFiles, make_input

    files = InputFiles(secret, credential, snapshot, key, old_credential, old_snapshot)
    options: dict[str, Any] = {"min_leaves": min_leaves, "deep": deep, "force": force}
    return Answer(make_input(request, files, output, **options))
