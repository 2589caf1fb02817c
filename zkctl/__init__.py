"""zkctl: zero-knowledge proofs from circuit to verified proof, file-compatible with circom and snarkjs.

The stable part of the library (docs/reference/python-api.md):

zkctl            the names of `__all__`
zkctl.toolchain  one function per user action: the commands as functions
zkctl.errors     the exceptions, each with the exit code of the command line
zkctl.field      arrays of field elements
zkctl.curve      arrays of points, multi-scalar multiplication, pairings
zkctl.dsl        the circuit language
zkctl.gadgets    the circuit library
zkctl.circom     load: templates of .circom files in Python circuits

Every other module may change without notice.
"""

TYPE_CHECKING = False  # typing's name; nothing is imported here, see runtime/import_path.py
if TYPE_CHECKING:
    from typing import Any

    from zkctl.toolchain.proof.open_circuit import OpenCircuit
    from zkctl.toolchain.proof.open_key import OpenKey

__version__ = "0.1.0"
__all__ = ["OpenCircuit", "OpenKey", "__version__"]


def __getattr__(name: str) -> "Any":
    """Return a name of the package, loaded on first use: importing zkctl itself loads nothing."""
    if name == "OpenCircuit":
        from zkctl.toolchain.proof.open_circuit import OpenCircuit

        return OpenCircuit
    if name == "OpenKey":
        from zkctl.toolchain.proof.open_key import OpenKey

        return OpenKey
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
