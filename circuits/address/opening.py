"""The opening of a registry leaf by its holder (rules O1 to O5)."""

from __future__ import annotations

from collections.abc import Sequence

from binding import enforce_nonzero
from paths import enforce_under_root
from tags import HOLDER, LEAF

from zkctl.dsl import Bit, Signal, Struct, Uint, gadget
from zkctl.gadgets.hash.poseidon import poseidon

VERSION_BITS = 32


class Address(Struct):
    """The parts of a registry leaf beside its holder: two commitments and the version of the registration."""

    pid_commitment: Signal
    fields_commitment: Signal
    version: Uint


@gadget
def registry_leaf(holder_secret: Signal, address: Address) -> Signal:
    """Return the registry's leaf of an address and its holder.

    Assumes:  nothing; open_leaf has the checks.
    Enforces: O2 holder_key = H(holder, holder_secret); O4 leaf = H(leaf, pid_commitment, fields_commitment, holder_key, version).
    Cost:     555 constraints.
    """
    holder_key = poseidon(HOLDER, holder_secret)
    pid_commitment, fields_commitment = address.pid_commitment, address.fields_commitment
    return poseidon(LEAF, pid_commitment, fields_commitment, holder_key, address.version)


@gadget
def open_leaf(
    holder_secret: Signal,
    address: Address,
    root: Signal,
    siblings: Sequence[Signal],
    path: Sequence[Bit],
) -> Signal:
    """Return the leaf of an address that is registered under a root and belongs to the holder of a secret.

    Assumes:  the version is checked to have 32 bits where it is declared (O3), the path's bits likewise (O5 a).
    Enforces: O1 holder_secret is not 0; O2, O4 the leaf is that of the holder's key, and not 0; O5 it lies under the root.
    Cost:     241 constraints per level, 557 for secret and leaf, and 1 (linear).
    """
    enforce_nonzero(holder_secret, "O1: the holder's secret is 0")
    leaf = registry_leaf(holder_secret, address)
    enforce_nonzero(leaf, "O4: the leaf is 0")
    enforce_under_root(leaf, root, siblings, path, "O5: the leaf is not under the root")
    return leaf
