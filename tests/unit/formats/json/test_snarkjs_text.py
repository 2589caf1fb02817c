"""Points and public signals as text."""

from zkctl.curve import BN254, G1Array, G2Array
from zkctl.field import FieldArray
from zkctl.formats.json.snarkjs_text import projective_points, public_json


def test_infinity_has_z_zero() -> None:
    assert projective_points(G1Array.infinity(BN254.g1, 1)) == [["0", "1", "0"]]
    assert projective_points(G2Array.infinity(BN254.g2, 1)) == [
        [["0", "0"], ["1", "0"], ["0", "0"]]
    ]


def test_public_signals_are_decimal_strings() -> None:
    assert public_json([5, 33]) == '[\n "5",\n "33"\n]'
    assert public_json(FieldArray.from_ints(BN254.scalar_field, [0])) == '[\n "0"\n]'
    assert public_json([]) == "[\n]"
