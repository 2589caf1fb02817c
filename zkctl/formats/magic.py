"""Recognise a file by its first bytes."""

from __future__ import annotations

import re

KINDS = {  # the files that commands read: kind and name
    b"r1cs": ("r1cs", "an r1cs file"),
    b"wtns": ("wtns", "a wtns file"),
    b"ptau": ("ptau", "a ptau file"),
    b"zkey": ("zkey", "a zkey file"),
    b"wprg": ("wprog", "a wprog file"),
    b"\x00asm": ("wasm", "a WebAssembly module"),
}
START_BYTES = 512  # a tar archive has its mark at 257
_WITNESS_GRAPH = b"wtns.graph"  # begins as a witness does
_OTHER_FILES = (
    (_WITNESS_GRAPH, "a witness graph of circom-witness-rs or circom-witnesscalc"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image or a sound"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xfd7zXZ", "xz data"),
    (b"(\xb5/\xfd", "zstd data"),
    (b"BZh", "bzip2 data"),
    (b"\x04\x22\x4d\x18", "lz4 data"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program (ELF)"),
    (b"MZ", "a program (Windows)"),
    (b"\xcf\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a program (Mach-O) or a Java class"),
    (b"!<arch>\n", "a library archive"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x89HDF\r\n", "an HDF5 file"),
    (b"\x93NUMPY", "a numpy array"),
    (b"GGUF", "a GGUF model"),
    (b"glTF", "a glTF model"),
    (b"version https://git-lfs", "a git-lfs pointer"),
    (b"-----BEGIN OPENSSH PRIVATE KEY", "an SSH private key"),
    (b"-----BEGIN SSH SIGNATURE", "an SSH signature"),
    (b"-----BEGIN PGP", "a PGP message"),
    (b"-----BEGIN", "a PEM file"),
    (b"ssh-", "an SSH public key"),
    (b"\xef\xbb\xbf", "text with a byte order mark"),
    (b"\xff\xfe\x00\x00", "UTF-32 text"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
_TEXTS = (  # kinds of text, by a pattern at the start; the first that matches
    (rb"<!doctype html|<html|<head", "an HTML page"),
    (rb"<\?xml[^>]*>\s*<Error>|<Error><Code>", "an XML error message of a web store"),
    (rb"<svg|<\?xml[^>]*>\s*<svg", "an SVG image"),
    (rb"<", "HTML or XML"),
    (rb"#!", "a script"),
    (rb"(?:from\s+[\w.]+\s+)?import\s+\w|def\s+\w+\(|class\s+\w+[:(]", "Python source code"),
    (rb"(?:\s|//[^\n]*\n|/\*.*?\*/)*pragma\s+circom", "circom source code"),
    (rb"(?:\s|//[^\n]*\n|/\*.*?\*/)*template\s+\w+\s*\(", "circom source code"),
    (rb"(?:\s|//[^\n]*\n|/\*.*?\*/)*pragma\s+solidity", "Solidity source code"),
    (
        rb"(?:0|[1-9][0-9]*),(?:-1|0|[1-9][0-9]*),(?:0|[1-9][0-9]*),[^,\n]+",
        "a sym file",
    ),
    (rb"# The rules of this ceremony\.|schema:", "the rules of a ceremony (ceremony.yaml)"),
    (rb"-?(?:0x[0-9a-fA-F]{1,64}|[0-9]+)\s*\Z", "a lone number"),
    (rb"(?:0x)?(?:[0-9a-fA-F]{2})+\s*\Z", "hexadecimal text"),
)
_TAR_MARK, _TAR_PLACE = b"ustar", 257


def has_magic(start: bytes, magic: bytes) -> bool:
    """Return whether a file that starts with these bytes is one with this magic."""
    return start.startswith(magic) and not start.startswith(_WITNESS_GRAPH)


def name_of_start(start: bytes) -> str:
    """Return the name, with an article, of a file that starts with these bytes (at most START_BYTES are read)."""
    start = start[:START_BYTES]
    if start[:1] in (b"{", b"["):
        return "JSON"
    for magic, name in _OTHER_FILES:
        if start.startswith(magic):
            return name
    if start[:4] in KINDS:
        return KINDS[start[:4]][1]
    if start[_TAR_PLACE : _TAR_PLACE + len(_TAR_MARK)] == _TAR_MARK:
        return "a tar archive"
    return _name_of_text(start)


def _name_of_text(start: bytes) -> str:
    text = start.lstrip()
    if not text:
        return "an empty file"
    if text[:1] in (b"{", b"["):
        return "JSON"
    for pattern, name in _TEXTS:
        if re.match(pattern, text, re.IGNORECASE | re.DOTALL):
            return name
    if _is_text(start):
        return "text"
    if not start.strip(b"\0"):
        return "zero bytes only"
    return f"unknown data starting with {start[:4].hex()}"


def _is_text(start: bytes) -> bool:
    try:
        decoded = start.decode()
    except UnicodeDecodeError as problem:
        if len(start) < START_BYTES or problem.start < START_BYTES - 3:
            return False
        decoded = start[: problem.start].decode()  # a character that the start cuts
    return all(c.isprintable() or c in "\t\r\n\f\x1b" for c in decoded)
