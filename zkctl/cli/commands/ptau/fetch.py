"""The commands `zkctl ptau list` and `zkctl ptau download`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Option

if TYPE_CHECKING:
    from zkctl.toolchain.ptau.download import PtauListSummary

Power = Annotated[int, Option("--power", metavar="N", min=1, max=28, help="The power of the file.")]
Source = Annotated[str, Option("--source", metavar="NAME", help="The ceremony: hez or ppot-0080.")]
FromFile = Annotated[
    Path | None,
    Option("--from-file", metavar="FILE", help="Check and copy this file.", callback=data_file),
]
Mirrors = Annotated[
    list[str] | None,
    Option("--mirror", metavar="URL", help="An address to try first (https); repeatable."),
]
Offline = Annotated[bool, Option("--offline", help="Use the cache only.")]
Output = Annotated[
    Path | None,
    Option(
        "-o", "--output", metavar="FILE", help="The file to write [default: its published name]."
    ),
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ptau`."""
    command(group, "list")(list_files)
    command(group, "download")(download)


def list_files(source: Source = "") -> Answer:
    """List the published phase 1 files.

    Example:
        zkctl ptau list --source hez
    """
    from zkctl.toolchain.ptau.download import list_ptau

    summary = list_ptau(source=source)
    return Answer(summary, text=_table(summary))


def _table(summary: PtauListSummary) -> str:
    lines = [f"{'source':<10}{'power':>6}  {'size':>10}  name"]
    for file in summary.files:
        note = " (in the cache)" if file.cached else ""
        size = f"{file.n_bytes / 1e6:,.1f} MB"
        lines.append(f"{file.source:<10}{file.power:>6}  {size:>10}  {file.name}{note}")
    return "\n".join(lines)


def download(
    terminal: Terminal,
    power: Power,
    output: Output = None,
    source: Source = "",
    from_file: FromFile = None,
    mirror: Mirrors = None,
    offline: Offline = False,
    force: Force = False,
) -> Answer:
    """Download a published phase 1 and check its digest.

    The digest is part of zkctl: a mirror can delay the download, but cannot replace the file.

    Example:
        zkctl ptau download --power 12 -o pot.ptau
    """
    from zkctl.toolchain.ptau.download import download_ptau

    summary = download_ptau(
        power,
        output,
        source=source,
        from_file=from_file,
        mirrors=mirror or [],
        offline=offline,
        force=force,
        progress=terminal.progress,
    )
    return Answer(summary)
