"""The circom language: sources to constraints, names and a witness program, with the bytes that circom writes.

`load` makes the templates of a file gadgets of circuits in Python (docs/reference/circom.md).
"""

TYPE_CHECKING = False  # typing's name; nothing is imported here, see runtime/import_path.py
if TYPE_CHECKING:
    from typing import Any

    from zkctl.circom.python.library import load

__all__ = ["load"]


def __getattr__(name: str) -> "Any":
    """Return a name of the package, loaded on first use: the compiler needs nothing of the language in Python."""
    if name == "load":
        from zkctl.circom.python.library import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
