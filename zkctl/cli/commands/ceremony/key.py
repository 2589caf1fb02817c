"""Commands about phase 2, the circuit's own ceremony: contribute, beacon, verify; the others are beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zkctl.cli.command import AllowInsecure, Force, command, command_group, data_file
from zkctl.cli.commands.ceremony import bellman
from zkctl.cli.commands.ceremony import folder as ceremony_folder
from zkctl.cli.commands.ceremony import online as ceremony_online
from zkctl.cli.commands.ceremony import receipts as ceremony_receipts
from zkctl.cli.entropy import (
    Entropy,
    EntropyFile,
    Iterations,
    Name,
    OptionalName,
    read_entropy,
    read_entropy_file,
)
from zkctl.cli.output import Answer, Terminal
from zkctl.errors import UsageError

if TYPE_CHECKING:
    from zkctl.toolchain.ceremony.folder_steps import CeremonySummary

Key = Annotated[
    Path,
    typer.Argument(metavar="KEY.zkey|FOLDER", help="A key, or a ceremony.", callback=data_file),
]
OldKey = Annotated[
    Path,
    typer.Argument(
        metavar="OLD.zkey|FOLDER", help="The key to build on, or a ceremony.", callback=data_file
    ),
]
NewKey = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="NEW.zkey", help="The key to write, outside a folder."),
]
Circuit = Annotated[
    Path | None, typer.Option("--r1cs", metavar="NAME.r1cs", help="The circuit of a single key.")
]
Phase1 = Annotated[
    Path | None,
    typer.Option("--ptau", metavar="POT.ptau", help="The phase 1 used for a single key."),
]
Transcript = Annotated[
    Path | None,
    typer.Option("--transcript", metavar="FILE.jsonl", help="The ceremony's public record."),
]
Expect = Annotated[
    list[str] | None,
    typer.Option("--expect", metavar="HASH", help="A contribution that must be in it; repeatable."),
]
Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="KEYFILE", help="An Ed25519 key to sign with (ssh or keygen)."),
]
Receipt = Annotated[
    Path | None,
    typer.Option("--receipt", metavar="RECEIPT.json", help="Where to write your receipt."),
]
BeaconHex = Annotated[
    str, typer.Option("--hex", metavar="HEX", help="The beacon, 1 to 255 bytes in hex.")
]
Drand = Annotated[
    int,
    typer.Option("--drand", metavar="ROUND", min=0, help="A round of drand quicknet instead."),
]
Signature = Annotated[
    str, typer.Option("--signature", metavar="HEX", help="The signature of that round.")
]


def register(app: typer.Typer) -> None:
    """Add the group `ceremony` (and its snarkjs name) to the application."""
    group = command_group("Phase 2 of a trusted setup: the key of one circuit.")
    command(group, "contribute", computes=True, decides=True)(contribute)
    command(group, "beacon", computes=True, decides=True)(beacon)
    command(group, "verify", computes=True, decides=True)(verify)
    ceremony_folder.register(group)
    ceremony_receipts.register(group)
    ceremony_online.register(group)
    bellman.register(group)
    app.add_typer(group, name="ceremony")
    app.add_typer(group, name="zkey", hidden=True)


def contribute(
    terminal: Terminal,
    old: OldKey,
    name: Name,
    output: NewKey = None,
    entropy: Entropy = None,
    entropy_file: EntropyFile = None,
    transcript: Transcript = None,
    sign: Sign = None,
    receipt: Receipt = None,
    force: Force = False,
) -> Answer:
    """Mix a fresh secret into a key, or into a ceremony's newest key.

    The secret comes from the operating system and is forgotten.
    """
    extra = read_entropy_file(entropy_file)
    if not extra or entropy is not None:
        extra += read_entropy(terminal, entropy)
    options: dict[str, Any] = {"name": name, "entropy": extra, "report": terminal.report}
    signed: dict[str, Any] = {"signing_key": sign, "receipt": receipt}
    if old.is_dir():
        _refuse_with_folder(output=output, transcript=transcript, force=force or None)
        from zkctl.toolchain.ceremony.folder_steps import contribute_in_folder

        return Answer(contribute_in_folder(old, **options, **signed))
    target = _required(output, "--output")
    if transcript is None and sign is None and receipt is None:
        from zkctl.toolchain.ceremony.key import contribute_key

        return Answer(contribute_key(old, target, **options, force=force))
    from zkctl.toolchain.ceremony.offline import contribute_offline

    return Answer(
        contribute_offline(old, target, **options, **signed, transcript=transcript, force=force)
    )


def beacon(
    terminal: Terminal,
    old: OldKey,
    output: NewKey = None,
    beacon_hex: BeaconHex = "",
    drand: Drand = 0,
    signature: Signature = "",
    iterations: Iterations = 10,
    name: OptionalName = "",
    force: Force = False,
) -> Answer:
    """Close a ceremony with public randomness.

    Choose a value that nobody could know before the last contribution was made. A drand round is
    checked by its signature, and in a ceremony's folder against the announced one.
    """
    from zkctl.ceremony.beacon import check_beacon_options

    check_beacon_options(beacon_hex, drand, signature)
    options: dict[str, Any] = {"iterations": iterations, "name": name, "report": terminal.report}
    if old.is_dir():
        _refuse_with_folder(output=output, force=force or None)
        return Answer(_beacon_in_folder(old, beacon_hex, drand, signature, **options))
    target = _required(output, "--output")
    options["force"] = force
    if drand:
        from zkctl.toolchain.ceremony.offline import drand_key

        return Answer(
            drand_key(old, target, drand_round=drand, drand_signature=signature, **options)
        )
    from zkctl.toolchain.ceremony.key import beacon_key

    return Answer(beacon_key(old, target, beacon_hex=beacon_hex, **options))


def _beacon_in_folder(
    folder: Path, beacon_hex: str, drand: int, signature: str, **options: Any
) -> CeremonySummary:
    from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder

    chosen: dict[str, Any] = {
        "beacon_hex": beacon_hex,
        "drand_round": drand,
        "drand_signature": signature,
    }
    return beacon_in_folder(folder, **chosen, **options)


def verify(
    terminal: Terminal,
    key: Key,
    r1cs: Circuit = None,
    ptau: Phase1 = None,
    transcript: Transcript = None,
    expect: Expect = None,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Check a key and all its contributions, or a ceremony from its public folder.

    A key must belong to the circuit and the phase 1 given.
    """
    options: dict[str, Any] = {"allow_insecure": allow_insecure, "report": terminal.report}
    if key.is_dir():
        _refuse_with_folder(r1cs=r1cs, ptau=ptau, transcript=transcript)
        from zkctl.toolchain.ceremony.audit import verify_ceremony

        return Answer(verify_ceremony(key, expected=expect or (), **options), verdict="OK")
    from zkctl.toolchain.ceremony.key import verify_key

    files = _required(r1cs, "--r1cs"), _required(ptau, "--ptau")
    summary = verify_key(key, *files, expected=expect or (), transcript=transcript, **options)
    return Answer(summary, verdict="OK")


def _required(path: Path | None, option: str) -> Path:
    if path is None:
        raise UsageError(f"{option} is needed with a key file", hint="or name a ceremony's folder")
    return data_file(path)


def _refuse_with_folder(**options: object) -> None:
    for name, value in options.items():
        if value is not None:
            raise UsageError(f"--{name} does not go together with a ceremony's folder")
