"""Recognise a file by its first bytes."""

from __future__ import annotations

_MAGICS = (
    (b"r1cs", "an r1cs file"),
    (b"wtns", "a wtns file"),
    (b"ptau", "a ptau file"),
    (b"zkey", "a zkey file"),
    (b"wprg", "a wprog file"),
    (b"wprg", "a witness program"),
    (b"\x00asm", "a WebAssembly module"),
    (b"\x89PNG", "a PNG image"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xfd7zXZ", "xz data"),
    (b"(\xb5/\xfd", "zstd data"),
    (b"BZh", "bzip2 data"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x7fELF", "a program"),
    (b"%PDF", "a PDF document"),
    (b"version https://git-lfs", "a git-lfs pointer"),
    (b"\xef\xbb\xbf", "text with a byte order mark"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)


def name_of_content(start: bytes) -> str:
    """What a file starting with these bytes (64 are enough) is, with an article, for messages."""
    for magic, name in _MAGICS:
        if start.startswith(magic):
            return name
    text = start.lstrip()
    if text[:1] in (b"{", b"["):
        return "JSON"
    if text[:1] == b"<":
        return "HTML or XML"
    if start and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in start):
        return "text"
    return f"unknown data starting with {start[:4].hex()}" if start else "an empty file"
