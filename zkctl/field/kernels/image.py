"""Turn an object file into an image that is mapped and run: no linker, no code generator at start.

An x86-64 ELF object made for position-independent code needs nothing but its own sections and distances
between them, so they are laid out once, with the distances filled in.  The image is

    magic (8)  number of symbols (u32)  offset of the code (u32)  per symbol: offset (u32) length (u32) name
    padding to a page  sections, each aligned

and maps read-only and executable.  `link` returns None for an object it cannot finish (another machine, another
kind of relocation): such an object goes through the execution engine of llvmlite.
Source: System V ABI for AMD64, chapter 4 (relocation types R_X86_64_PC32 and R_X86_64_PLT32).
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from typing import Any

from zkctl.runtime.records import record

MAGIC = b"zkimage1"
PAGE = 4096
_EM_X86_64, _SHF_ALLOC, _SHT_SYMTAB, _SHT_RELA, _SHT_NOBITS = 62, 2, 2, 4, 8
_PC32, _PLT32 = 2, 4
_GLOBAL_FUNCTION = (1 << 4) | 2
# functions that LLVM may call by itself: memcpy(to, from, n) and memset(to, byte, n), as string instructions
_STUBS = {
    "memcpy": bytes.fromhex("4889f84889d1f3a4c3"),
    "memset": bytes.fromhex("4989f889f04889d1f3aa4c89c0c3"),
}


@record
class ObjectSection:
    """A section header and its name."""

    name: str
    kind: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    align: int


@record
class ObjectSymbol:
    """A symbol: the section that defines it (0: none does) and its offset there."""

    name: str
    info: int
    section: int
    value: int


class ImageProgram:
    """Mapped code: addresses by name; keeps the mapping alive."""

    def __init__(self, memory: mmap.mmap, addresses: dict[str, int]) -> None:
        self._memory, self._addresses = memory, addresses

    def get_function_address(self, name: str) -> int:
        """Return the address of an exported function, 0 if there is none (as llvmlite's engines do)."""
        return self._addresses.get(name, 0)


def link(code: bytes) -> bytes | None:
    """Return the image of an object file, or None."""
    if code[:6] != b"\x7fELF\x02\x01" or struct.unpack_from("<H", code, 18)[0] != _EM_X86_64:
        return None
    sections = _sections(code)
    if any(s.kind == _SHT_NOBITS and s.flags & _SHF_ALLOC and s.size for s in sections):
        return None
    body, places = _lay_out(code, sections)
    symbols = _symbols(code, sections)
    for name, stub in _STUBS.items():
        places[name] = len(body)
        body += stub + bytes(-len(stub) % 16)
    if not _relocate(code, sections, symbols, body, places):
        return None
    exported = {
        s.name: places[s.section] + s.value
        for s in symbols
        if s.info == _GLOBAL_FUNCTION and s.section in places
    }
    return _write(exported, bytes(body))


def _sections(code: bytes) -> list[ObjectSection]:
    (table,) = struct.unpack_from("<Q", code, 40)
    size, count, names = struct.unpack_from("<HHH", code, 58)
    raw = [struct.unpack_from("<IIQQQQIIQQ", code, table + k * size) for k in range(count)]
    strings = raw[names][4]
    return [
        ObjectSection(_text(code, strings + r[0]), r[1], r[2], r[4], r[5], r[6], r[7], max(1, r[8]))
        for r in raw
    ]


def _symbols(code: bytes, sections: list[ObjectSection]) -> list[ObjectSymbol]:
    table = next(s for s in sections if s.kind == _SHT_SYMTAB)
    strings = sections[table.link].offset
    out = []
    for offset in range(table.offset, table.offset + table.size, 24):
        name, info, _, section, value, _ = struct.unpack_from("<IBBHQQ", code, offset)
        out.append(ObjectSymbol(_text(code, strings + name), info, section, value))
    return out


def _text(code: bytes, offset: int) -> str:
    return code[offset : code.index(b"\0", offset)].decode()


def _lay_out(code: bytes, sections: list[ObjectSection]) -> tuple[bytearray, dict[int | str, int]]:
    """Return the allocated sections one after the other, and the start of each."""
    body, places = bytearray(), dict[int | str, int]()
    for number, section in enumerate(sections):
        if section.flags & _SHF_ALLOC:
            body += bytes(-len(body) % max(64, section.align))
            places[number] = len(body)
            body += code[section.offset : section.offset + section.size]
    body += bytes(-len(body) % 64)
    return body, places


def _relocate(
    code: bytes,
    sections: list[ObjectSection],
    symbols: list[ObjectSymbol],
    body: bytearray,
    places: dict[int | str, int],
) -> bool:
    """Fill in the distances; return whether all relocations are of a known kind."""
    for section in sections:
        if section.kind != _SHT_RELA or section.info not in places:
            continue
        base = places[section.info]
        for entry in range(section.offset, section.offset + section.size, 24):
            offset, info, addend = struct.unpack_from("<QQq", code, entry)
            symbol = symbols[info >> 32]
            target: int | str = symbol.section or symbol.name
            if info & 0xFFFFFFFF not in (_PC32, _PLT32) or target not in places:
                return False
            value = symbol.value if symbol.section else 0
            distance = places[target] + value + addend - (base + offset)
            struct.pack_into("<i", body, base + offset, distance)
    return True


def _write(exported: dict[str, int], body: bytes) -> bytes:
    table = b"".join(
        struct.pack("<II", offset, len(name)) + name.encode() for name, offset in exported.items()
    )
    start = -(-(16 + len(table)) // PAGE) * PAGE
    head = MAGIC + struct.pack("<II", len(exported), start) + table
    return head.ljust(start, b"\0") + body


def map_image(image: bytes | memoryview, memory: mmap.mmap | None) -> ImageProgram:
    """Return the functions of an image: in `memory`, an executable mapping of the same bytes, else in a copy.

    Raises: OSError where no memory may be executed.
    """
    if memory is None:
        protection = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        memory = mmap.mmap(-1, len(image), prot=protection)
        memory.write(image)
    base = buffer_address(memory)
    count, start = struct.unpack_from("<II", image, 8)
    addresses, position = {}, 16
    for _ in range(count):
        offset, length = struct.unpack_from("<II", image, position)
        name = bytes(image[position + 8 : position + 8 + length]).decode()
        addresses[name] = base + start + offset
        position += 8 + length
    return ImageProgram(memory, addresses)


class _View(ctypes.Structure):
    """CPython's `Py_buffer`, of which only the address is read."""

    _fields_ = (("address", ctypes.c_void_p), ("rest", ctypes.c_void_p * 12))


def buffer_address(memory: Any) -> int:
    """Return where the bytes of a contiguous buffer begin; ctypes itself says that only of writable ones."""
    view = _View()
    python = ctypes.pythonapi
    python.PyObject_GetBuffer(ctypes.py_object(memory), ctypes.byref(view), 0)
    address = int(view.address)
    python.PyBuffer_Release(ctypes.byref(view))
    return address


def map_executable(handle: int) -> mmap.mmap | None:
    """Map an open file, readable and executable; None on a file system that forbids it, or if it is empty."""
    protection = mmap.PROT_READ | mmap.PROT_EXEC
    try:
        return mmap.mmap(handle, 0, flags=mmap.MAP_PRIVATE, prot=protection)
    except (OSError, ValueError):
        return None
