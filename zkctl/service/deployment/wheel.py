"""A wheel of the package that runs, so that an image holds the same code.

Made from the installed files, without a network or a build tool.  Equal files make an equal wheel: times are fixed and
names sorted.  Format: the packaging specification of binary distributions.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from zkctl import __version__

NAME = f"zkctl-{__version__}-py3-none-any.whl"
_INFO = f"zkctl-{__version__}.dist-info"
_WHEEL = "Wheel-Version: 1.0\nGenerator: zkctl\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can hold
_NOT_PACKED = ("__pycache__",)


def wheel() -> bytes:
    """Return the bytes of the wheel."""
    stream, record = io.BytesIO(), []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files():
            _add(archive, name, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            record.append(f"{name},sha256={digest.decode()},{len(content)}")
        record.append(f"{_INFO}/RECORD,,")
        _add(archive, f"{_INFO}/RECORD", ("\n".join(record) + "\n").encode())
    return stream.getvalue()


def _files() -> Iterator[tuple[str, bytes]]:
    package = Path(__file__).parents[2]
    for path in sorted(package.rglob("*")):
        if path.is_file() and not set(_NOT_PACKED) & set(path.parts):
            yield path.relative_to(package.parent).as_posix(), path.read_bytes()
    installed = distribution("zkctl")
    for name in ("METADATA", "entry_points.txt"):
        yield f"{_INFO}/{name}", _metadata(installed.read_text(name) or "").encode()
    yield f"{_INFO}/WHEEL", _WHEEL.encode()


def _metadata(text: str) -> str:
    """Return METADATA with the version of the code: an editable install may have an older one."""
    lines = text.splitlines()
    kept = [f"Version: {__version__}" if line.startswith("Version:") else line for line in lines]
    return "\n".join(kept) + "\n"


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(info, content)
