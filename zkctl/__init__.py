"""zkctl: zero-knowledge proofs from circuit to verified proof, file-compatible with circom and snarkjs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zkctl.toolchain.proof.open_key import OpenKey

__version__ = "0.1.0"
__all__ = ["OpenKey", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the library's names when they are used: importing zkctl costs nothing."""
    if name == "OpenKey":
        from zkctl.toolchain.proof.open_key import OpenKey

        return OpenKey
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
