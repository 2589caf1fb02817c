"""Checks that no test can miss, because an earlier one always fires; each with the reason why it stays."""

from __future__ import annotations

UNREACHABLE: dict[str, str] = {
    "zkctl/ceremony/knowledge.py:parse_name operand n_bytes > MAX_NAME_BYTES": (
        "64 UTF-16 units are at most 192 bytes; the format's own limit, should the other be raised"
    ),
    "zkctl/ceremony/record/signing.py:check_signature raise the signature is not that of the public key": (
        "check_message_signature finds that sshsig: is not hexadecimal and refuses in the same words"
    ),
    "zkctl/toolchain/ceremony/folder_steps.py:init_ceremony raise raise _exists(folder)": (
        "_name refuses the same when the folder gets its name; this one saves the work before"
    ),
}
