"""The commands on a key or a ceremony: `zkctl ceremony contribute`, `beacon` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from zkctl.cli.arguments import SigningKey
from zkctl.cli.command import AllowInsecure, CommandGroup, Force, command, data_file
from zkctl.cli.entropy import (
    BeaconHex,
    Entropy,
    EntropyFile,
    Iterations,
    Name,
    OptionalName,
    read_entropy,
    read_entropy_file,
)
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import UsageError
from zkctl.runtime.standard_streams import STDIN

if TYPE_CHECKING:
    pass

KeyOrFolder = Annotated[
    Path,
    Argument(
        metavar="KEY.zkey|FOLDER", help="A key, or the folder of a ceremony.", callback=data_file
    ),
]
OldKeyOrFolder = Annotated[
    Path,
    Argument(
        metavar="OLD.zkey|FOLDER", help="The key to build on, or a ceremony.", callback=data_file
    ),
]
NewKey = Annotated[
    Path | None,
    Option("-o", "--output", metavar="NEW.zkey", help="The key to write, outside a folder."),
]
CircuitOption = Annotated[
    Path | None, Option("--r1cs", metavar="NAME.r1cs", help="The circuit of a single key.")
]
PtauOption = Annotated[
    Path | None,
    Option("--ptau", metavar="POT.ptau", help="The phase 1 used for a single key."),
]
LedgerFile = Annotated[
    Path | None,
    Option("--transcript", metavar="FILE.jsonl", help="The ledger of the ceremony.", stream=STDIN),
]
Expect = Annotated[
    list[str] | None,
    Option("--expect", metavar="HASH", help="A contribution that the key must have; repeatable."),
]
ReceiptOutput = Annotated[
    Path | None,
    Option("--receipt", metavar="RECEIPT.json", help="The receipt to write."),
]
Drand = Annotated[
    int,
    Option("--drand", metavar="ROUND", min=0, help="A round of drand quicknet instead."),
]
Signature = Annotated[
    str, Option("--signature", metavar="HEX", help="The signature of that round.")
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ceremony`."""
    command(group, "contribute", threads=True, strict=True)(contribute)
    command(group, "beacon", threads=True, strict=True)(beacon)
    command(group, "verify", threads=True, strict=True)(verify)


def contribute(
    terminal: Terminal,
    old: OldKeyOrFolder,
    name: Name,
    output: NewKey = None,
    entropy: Entropy = None,
    entropy_file: EntropyFile = None,
    transcript: LedgerFile = None,
    sign: SigningKey = None,
    receipt: ReceiptOutput = None,
    force: Force = False,
) -> Answer:
    """Contribute a fresh secret to a key or a ceremony.

    The secret comes from the operating system and is not kept.

    Example:
        zkctl ceremony contribute ceremony --name "Ann"
        zkctl ceremony contribute preimage_0000.zkey -o preimage.zkey --name "Ann"
    """
    extra = read_entropy_file(entropy_file)
    if not extra or entropy is not None:
        extra += read_entropy(terminal, entropy)
    from zkctl.toolchain.ceremony.requests import ContributionRequest

    request, progress = ContributionRequest(name, extra, sign, receipt), terminal.progress
    if old.is_dir():
        _check_absent_with_folder(output=output, transcript=transcript, force=force or None)
        from zkctl.toolchain.ceremony.folder_steps import contribute_in_folder

        return Answer(contribute_in_folder(old, request, progress=progress))
    target = _required(output, "--output")
    options: dict[str, Any] = {"force": force, "progress": progress}
    if transcript is None and sign is None and receipt is None:
        from zkctl.toolchain.ceremony.key import contribute_key

        return Answer(contribute_key(old, target, name=name, entropy=extra, **options))
    from zkctl.toolchain.ceremony.offline import contribute_offline

    return Answer(contribute_offline(old, target, request, ledger=transcript, **options))


def beacon(
    terminal: Terminal,
    old: OldKeyOrFolder,
    output: NewKey = None,
    beacon_hex: BeaconHex = "",
    drand: Drand = 0,
    signature: Signature = "",
    iterations: Iterations = 10,
    name: OptionalName = "",
    force: Force = False,
) -> Answer:
    """Close a key or a ceremony with public randomness.

    Choose a value that was unpredictable when the last contribution was made. The signature of a
    drand round is verified, and in a ceremony's folder the round must be the announced one.

    Example:
        zkctl ceremony beacon ceremony --hex 0102030405060708 --name "block 1000000"
    """
    from zkctl.toolchain.ceremony.requests import BeaconRequest

    request = BeaconRequest(beacon_hex, drand, signature, iterations, name)
    if old.is_dir():
        _check_absent_with_folder(output=output, force=force or None)
        from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder

        return Answer(beacon_in_folder(old, request, progress=terminal.progress))
    target = _required(output, "--output")
    from zkctl.toolchain.ceremony.key import beacon_key

    return Answer(beacon_key(old, target, request, force=force, progress=terminal.progress))


def verify(
    terminal: Terminal,
    key: KeyOrFolder,
    r1cs: CircuitOption = None,
    ptau: PtauOption = None,
    transcript: LedgerFile = None,
    expect: Expect = None,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Verify a key, or a ceremony from its folder.

    Verifies every contribution. A key must belong to the given circuit and phase 1; a PLONK or fflonk key is made again.

    Example:
        zkctl ceremony verify ceremony
        zkctl ceremony verify preimage.zkey --r1cs preimage.r1cs --ptau pot.ptau
    """
    options: dict[str, Any] = {"allow_insecure": allow_insecure, "progress": terminal.progress}
    if key.is_dir():
        _check_absent_with_folder(r1cs=r1cs, ptau=ptau, transcript=transcript)
        from zkctl.toolchain.ceremony.audit import verify_ceremony

        return Answer(verify_ceremony(key, expected=expect or (), **options), verdict="OK")
    from zkctl.toolchain.ceremony.key import verify_key

    files = _required(r1cs, "--r1cs"), _required(ptau, "--ptau")
    summary = verify_key(key, *files, expected=expect or (), ledger=transcript, **options)
    return Answer(summary, verdict="OK")


def _required(path: Path | None, option: str) -> Path:
    if path is None:
        raise UsageError(f"{option} is needed with a key file", hint="or name a ceremony's folder")
    return data_file(path)


def _check_absent_with_folder(**options: object) -> None:
    for name, value in options.items():
        if value is not None:
            raise UsageError(f"--{name} is not possible with the folder of a ceremony")
