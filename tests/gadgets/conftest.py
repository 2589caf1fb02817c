"""The tools of others, as for tests/interop."""

from tests.interop.conftest import node_modules, run_snarkjs

__all__ = ["node_modules", "run_snarkjs"]
