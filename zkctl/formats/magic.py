"""Recognise a file by its first bytes."""

from __future__ import annotations

KINDS = {  # the files that commands read: kind and name
    b"r1cs": ("r1cs", "an r1cs file"),
    b"wtns": ("wtns", "a wtns file"),
    b"ptau": ("ptau", "a ptau file"),
    b"zkey": ("zkey", "a zkey file"),
    b"wprg": ("wprog", "a wprog file"),
    b"\x00asm": ("wasm", "a WebAssembly module"),
}
_OTHER_FILES = (
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
    """Return the name, with an article, of a file that starts with these bytes (64 are enough)."""
    if start[:4] in KINDS:
        return KINDS[start[:4]][1]
    for magic, name in _OTHER_FILES:
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
