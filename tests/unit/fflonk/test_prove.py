"""What only the prover of fflonk has (all else: tests/unit/plonk/test_prove.py)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.toy_provers import FFLONK
from zkctl.errors import EncodingError
from zkctl.fflonk.challenges import challenges
from zkctl.fflonk.prove import prove
from zkctl.fflonk.verify import inverse_for_contracts, places_of
from zkctl.field import BN254_FR
from zkctl.kzg.domain_values import domain_values


def test_inverse_for_contracts() -> None:
    key = FFLONK.key()
    vk = key.verifying_key
    proof, public = prove(key, FFLONK.witness())
    places = places_of(vk, challenges(vk, public.to_ints(), proof))
    domain = domain_values(BN254_FR, vk.log_n, places.xi, vk.n_public)
    assert domain is not None
    assert proof.inv == inverse_for_contracts(BN254_FR.modulus, places, domain)


def test_a_key_without_rows_for_blinding_is_refused() -> None:
    key = FFLONK.key()
    full = replace(key, wires=np.zeros((3, 7), np.uint32))
    text = "the key has no rows for blinding: expected at most 6 of 8 used, got 7"
    with pytest.raises(EncodingError, match=text):
        prove(full, FFLONK.witness())
