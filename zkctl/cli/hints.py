"""Hints and warnings of the library in the words of the command line.

The library writes a parameter as `name` and an action as `name()`; here they become options and commands.  HTTP answers
show the library's own text.  Other names in backticks are left unchanged.
"""

from __future__ import annotations

import re

OPTIONS = {
    "addresses": "--public-url",
    "allow_http": "--allow-http",
    "allow_insecure": "--allow-insecure",
    "allowed": "--allow",
    "batch": "--batch",
    "beacon_hex": "--hex",
    "bundle": "--bundle",
    "circuits_folder": "--circuits",
    "compatible": "--compat",
    "compiler": "--solc",
    "country": "--country",
    "deep": "--deep",
    "depth": "--depth",
    "drand_round": "--drand",
    "drand_signature": "--signature",
    "facility": "--facility",
    "fewest_rows_of": "--for",
    "fields": "--reveal",
    "force": "--force",
    "folder": "--output",
    "from_file": "--from-file",
    "invitation": "--invitation-file",
    "listen_address": "--listen",
    "memory_limit": "--memory",
    "min_leaves": "--min-leaves",
    "mirrors": "--mirror",
    "offline": "--offline",
    "old_credential": "--old-credential",
    "old_snapshot": "--old-snapshot",
    "period": "--period",
    "power": "--power",
    "name": "--name",
    "prohibited": "--prohibit",
    "project": "--project",
    "purpose": "--purpose",
    "r1cs": "--r1cs",
    "receipt": "--receipt",
    "reduce": "--reduce",
    "request": "--request",
    "signing_key": "--sign",
    "ssh": "--ssh-signature",
    "strict": "--strict",
    "sym": "--sym",
    "time_limit": "--time-limit",
}
COMMANDS = {
    "advise_ptau": "zkctl ptau advise",
    "calculate_witness": "zkctl witness",
    "compile_circuit": "zkctl compile",
    "contribute_challenge": "zkctl ptau contribute-challenge",
    "contribute_key": "zkctl ceremony contribute",
    "convert_ptau": "zkctl ptau convert",
    "describe": "zkctl info",
    "download_ptau": "zkctl ptau download",
    "export_verification_key": "zkctl export-vkey",
    "generate_signing_key": "zkctl ceremony keygen",
    "import_bellman": "zkctl ceremony import-bellman",
    "import_response": "zkctl ptau import-response",
    "prepare_ptau": "zkctl ptau prepare",
    "profile_circuit": "zkctl profile",
    "saved_run": "zkctl bench --save",
    "snapshot_project": "zkctl snapshot",
    "verify_key": "zkctl ceremony verify",
    "verify_ptau": "zkctl ptau verify",
    "write_lock": "zkctl lock",
}
NAME = re.compile(r"`([a-z][a-z0-9_]*)(\(\))?`")


def in_words_of_commands(text: str) -> str:
    """Return the text with the names of parameters and actions as options and commands."""
    return NAME.sub(_option_or_command, text)


def _option_or_command(name: re.Match[str]) -> str:
    if name[2]:
        return f"`{COMMANDS[name[1]]}`" if name[1] in COMMANDS else name[0]
    return OPTIONS.get(name[1], name[0])
