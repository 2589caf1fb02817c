"""Proving keys of Groth16 as JSON, in the layout of snarkjs (`zkey export json`).

A point is [x, y, z] with z one, or [0, 1, 0] for infinity; Fq2 is [c0, c1].  `ccoefs` are the entries of the matrices A (0)
and B (1), plain; `C` has a null in place of the constant and of each public signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zkctl.curve import PointArray
from zkctl.field import ints_from_words
from zkctl.formats.json.layout import ROWS_AT_ONCE, array_pieces, object_pieces, text_of
from zkctl.formats.json.snarkjs_text import projective_points
from zkctl.groth16.keys import ProvingKey


def zkey_pieces(key: ProvingKey) -> Iterator[str]:
    """Yield the document."""
    q, r = key.curve.base_field, key.curve.scalar_field
    points = {
        "vk_alpha_1": key.alpha_g1,
        "vk_beta_1": key.beta_g1,
        "vk_beta_2": key.beta_g2,
        "vk_gamma_2": key.gamma_g2,
        "vk_delta_1": key.delta_g1,
        "vk_delta_2": key.delta_g2,
    }
    start = {
        "protocol": "groth16",
        "n8q": q.n_bytes,
        "q": str(q.modulus),
        "n8r": r.n_bytes,
        "r": str(r.modulus),
        "nVars": key.n_vars,
        "nPublic": key.n_public,
        "domainSize": key.domain_size,
        "power": key.domain_size.bit_length() - 1,
        **{name: projective_points(point)[0] for name, point in points.items()},
    }
    without_query = ["null"] * (key.n_public + 1)
    arrays = (
        ("IC", _points(key.gamma_abc_g1)),
        ("ccoefs", array_pieces(_coefficients(key), 1)),
        ("A", _points(key.a_query)),
        ("B1", _points(key.b_g1_query)),
        ("B2", _points(key.b_g2_query)),
        ("C", _points(key.l_query, without_query)),
        ("hExps", _points(key.h_query)),
    )
    return object_pieces(start, arrays)


def _points(points: PointArray, before: Sequence[str] = ()) -> Iterator[str]:
    return array_pieces(_point_blocks(points, before), 1)


def _point_blocks(points: PointArray, before: Sequence[str]) -> Iterator[Sequence[str]]:
    yield before
    for start in range(0, len(points), ROWS_AT_ONCE):
        block = projective_points(points[start : start + ROWS_AT_ONCE])
        yield [text_of(point, 2) for point in block]


def _coefficients(key: ProvingKey) -> Iterator[Sequence[str]]:
    coefficients, field = key.coefficients, key.curve.scalar_field
    r_inverse = field.montgomery_r_inverse
    plain = r_inverse * r_inverse % field.modulus  # the file has coefficient * R^2
    for start in range(0, len(coefficients), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        rows = zip(
            coefficients.matrix[part].tolist(),
            coefficients.constraint[part].tolist(),
            coefficients.signal[part].tolist(),
            ints_from_words(coefficients.values[part]),
            strict=True,
        )
        yield [
            f'{{\n   "matrix": {matrix},\n   "constraint": {constraint},\n   "signal": {signal},'
            f'\n   "value": "{value * plain % field.modulus}"\n  }}'
            for matrix, constraint, signal, value in rows
        ]
