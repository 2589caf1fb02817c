"""A contributor's randomness: the operating system's, mixed with an optional string of the contributor."""

from __future__ import annotations

import hashlib
import os

from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.errors import EnvironmentProblem

_DOMAIN = b"zkctl entropy v1"
_N_BYTES = 64


def participant_rng(text: str = "") -> ChaCha:
    """Return a fresh generator from BLAKE2b-512(domain, 64 bytes of the operating system, text).

    Raises: EnvironmentProblem if the operating system's generator is visibly broken.
    """
    fresh, again = os.urandom(_N_BYTES), os.urandom(_N_BYTES)
    if fresh == again or len(set(fresh)) < 8 or len(set(again)) < 8:
        raise EnvironmentProblem(
            "the operating system's random generator repeats itself",
            hint="do not contribute from this machine",
        )
    seed = hashlib.blake2b(fresh, person=_DOMAIN)
    seed.update(text.encode("utf-8", "surrogatepass"))
    return ChaCha(seed.digest()[:32])
