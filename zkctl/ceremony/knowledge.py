"""The secrets of one contribution: drawing them, and checking that a scaled pair hides a real one."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.ceremony.beacon import beacon_rng
from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.entropy import participant_rng
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.ceremony.primitives.sampling import sample_scalar
from zkctl.curve import G1Array
from zkctl.errors import CheckFailed, UsageError
from zkctl.field import PrimeField
from zkctl.runtime.progress import Progress, silent

MAX_NAME_BYTES = 255
MAX_NAME_UNITS = 64  # UTF-16 units, as snarkjs cuts it


def participant(name: str) -> Origin:
    """Return the origin of a contributor's contribution.

    Raises: UsageError for a name that the files cannot hold.
    """
    return Origin(ContributorKind.PARTICIPANT, parse_name(name))


def parse_name(name: str) -> str:
    """Return the name of a contributor, checked to fit a contribution record (UsageError)."""
    try:
        units, n_bytes = len(name.encode("utf-16-le")) // 2, len(name.encode())
    except UnicodeEncodeError:
        raise UsageError("the name is not valid text") from None
    if units > MAX_NAME_UNITS or n_bytes > MAX_NAME_BYTES:
        raise UsageError(f"the name has {units} characters, expected at most {MAX_NAME_UNITS}")
    return name


def contribution_label(k: int, origin: Origin) -> str:
    """Return the label of contribution k (from 0) in messages; its name is only a claim."""
    kind = "beacon" if origin.kind == ContributorKind.BEACON else "contribution"
    return f"{kind} #{k + 1} (claimed name {origin.name!r})" if origin.name else f"{kind} #{k + 1}"


def rng_of(origin: Origin, entropy: str = "", *, progress: Progress = silent) -> ChaCha:
    """Return the generator of a contribution: fresh for a contributor, derived for a beacon."""
    if origin.kind == ContributorKind.BEACON:
        return beacon_rng(origin.beacon, origin.iterations, progress)
    return participant_rng(entropy)


def draw_secret(field: PrimeField, rng: ChaCha) -> int:
    """Return a secret factor other than 0, 1 and -1."""
    while True:
        secret = sample_scalar(field, rng)
        if secret not in (0, 1, field.modulus - 1):
            return secret


def check_nontrivial_secret(g1_s: G1Array, g1_sx: G1Array, where: str) -> None:
    """Check that no secret is 0, 1 or -1.  Shapes: (n,), (n,).

    Raises: CheckFailed.
    """
    if bool(g1_sx.is_infinity().any()) or bool(g1_s.is_infinity().any()):
        raise CheckFailed("the secret is 0 or its proof of knowledge is empty", where=where)
    if bool((g1_s == g1_sx).any()) or bool((-g1_s == g1_sx).any()):
        raise CheckFailed("the secret is 1 or -1", where=where)


def check_distinct_secrets(proofs: Sequence[tuple[G1Array, G1Array, Origin]]) -> None:
    """Check that no contribution occurs twice.  Shapes: (g1_s, g1_sx, origin) each.

    Raises: CheckFailed.
    """
    seen: dict[bytes, int] = {}
    for k, (g1_s, g1_sx, origin) in enumerate(proofs):
        first = seen.setdefault(g1_s.data.tobytes() + g1_sx.data.tobytes(), k)
        if first != k:
            raise CheckFailed(
                f"the same proof of knowledge as contribution #{first + 1}",
                where=contribution_label(k, origin),
            )
