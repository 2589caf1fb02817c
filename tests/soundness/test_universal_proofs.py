"""Files of PLONK and fflonk, member by member: every altered one refused (docs/design/security-cases.md: N37 to N47, N53, B7, B10).

The statements are those of the toy provers; real files of other projects are in tests/cli.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.json_changes import put
from tests.support.toy_rows import Rows
from tests.support.universal import EACH_PROTOCOL, EACH_SYSTEM, FFLONK, PLONK, PLONK_BLS, System
from tests.support.universal_files import documents, point_places, scalar_places
from zkctl.curve import G2Array
from zkctl.errors import EncodingError, FormatError, IntegrityError, ZkctlError
from zkctl.formats.json.snarkjs_text import projective_points
from zkctl.toolchain.inspect.info import describe
from zkctl.toolchain.proof.verify import verify
from zkctl.toolchain.proof.verify_batch import verify_batch


@dataclass
class Files:
    """The JSON of one statement, to be changed and verified."""

    system: System
    folder: Path
    vkey: Any
    public: Any
    proof: Any

    def verify(self) -> bool:
        paths = []
        for name in ("vkey", "public", "proof"):
            path = self.folder / f"{name}.json"
            path.write_text(json.dumps(getattr(self, name)))
            paths.append(path)
        return verify(paths[0], public=paths[1], proof=paths[2]).valid

    def refused(self) -> ZkctlError:
        with pytest.raises(ZkctlError) as caught:
            self.verify()
        return caught.value


@pytest.fixture
def files(system: System, tmp_path: Path) -> Files:
    return Files(system, tmp_path, *documents(system))


def at(document: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        document = document[step]
    return document


@EACH_SYSTEM
def test_unchanged_statement_holds(files: Files) -> None:
    assert files.verify()


@EACH_SYSTEM
def test_every_number_of_a_proof(files: Files) -> None:
    """Another one is wrong, the same plus r is refused."""
    r = files.system.curve.scalar_field.modulus
    for place in scalar_places(files.system).values():
        value = int(at(files.proof, place))
        for other in (0, value ^ 1, r - value):
            put(*place, value=str(other))(files.proof)
            assert not files.verify(), place
        for other in (value + r, r):
            put(*place, value=str(other))(files.proof)
            problem = files.refused()
            assert isinstance(problem, EncodingError)
            assert problem.exit_code == 3
        put(*place, value=str(value))(files.proof)
    assert files.verify()


@EACH_SYSTEM
def test_every_point_of_a_proof(files: Files) -> None:
    """Negated, another one of the proof or infinity is wrong; plus q or off the curve is refused."""
    q, places = files.system.curve.base_field.modulus, list(point_places(files.system).values())
    for k, place in enumerate(places):
        x, y, one = at(files.proof, place)
        other = at(files.proof, places[k - 1])
        for point in ([x, str(q - int(y)), one], other, ["0", "1", "0"], ["1", "2", "1"]):
            put(*place, value=point)(files.proof)
            if files.system is PLONK_BLS and point[0] == "1":
                assert files.refused().exit_code == 3  # not on that curve
            else:
                assert not files.verify(), (place, point)
        for point in (
            [str(int(x) + q), y, one],
            [x, str(int(y) + q), one],
            [x, str(int(y) ^ 1), one],
        ):
            put(*place, value=point)(files.proof)
            assert isinstance(files.refused(), EncodingError)
        put(*place, value=[x, y, one])(files.proof)
    assert files.verify()


@EACH_SYSTEM
def test_every_pair_of_numbers_changed_places(files: Files) -> None:
    places = list(scalar_places(files.system).values())
    for first, second in pairwise(places):
        a, b = at(files.proof, first), at(files.proof, second)
        put(*first, value=b)(files.proof)
        put(*second, value=a)(files.proof)
        assert not files.verify(), (first, second)
        put(*first, value=a)(files.proof)
        put(*second, value=b)(files.proof)


@EACH_SYSTEM
def test_public_signals(files: Files) -> None:
    """N41, N42, B7 of the public reports: one encoding of each, and as many as the key says; the whole witness is told as a number."""
    r, given = files.system.curve.scalar_field.modulus, list(files.public)
    for k in range(2):
        for amount in (r, 2 * r):
            files.public = [str(int(x) + amount * (i == k)) for i, x in enumerate(given)]
            assert "not below the modulus" in files.refused().message
        files.public = [str(int(x) + (i == k)) for i, x in enumerate(given)]
        assert not files.verify()
    for values in ([], given[:1], [*given, "0"], ["0", *given], ["1"] * 7):
        files.public = values
        problem = files.refused()
        assert problem.message == f"expected 2 public signals, got {len(values)}"
        assert isinstance(problem, FormatError)
    files.public = given[::-1]
    assert not files.verify()


@EACH_SYSTEM
def test_a_proof_of_another_statement(files: Files) -> None:
    public, _ = files.system.prove(x=2, y=3, tag=5)
    files.public = [str(x) for x in public.to_ints()]
    assert not files.verify()


@EACH_SYSTEM
def test_a_key_of_another_circuit(files: Files) -> None:
    """Each commitment of the key replaced by another member of its group."""
    (other,) = projective_points(Rows(files.system.curve).point(0xABCDEF0123456789))
    for name in files.system.key_points:
        kept = files.vkey[name]
        files.vkey[name] = other
        assert not files.verify(), name
        files.vkey[name] = kept


@EACH_PROTOCOL
def test_degenerate_keys_end_with_exit_code_4(files: Files) -> None:
    """Of the kind that makes everything true, or whose secret is public."""
    curve, r = files.system.curve, files.system.curve.scalar_field.modulus
    generator = projective_points(G2Array.generator(curve.g2))[0]
    infinity = projective_points(G2Array.infinity(curve.g2))[0]
    three = projective_points(Rows(curve).x_2(3))[0]
    changes: list[dict[str, Any]] = [{"X_2": each} for each in (generator, infinity, three)]
    changes += [{"k1": "1"}, {"k2": "1"}, {"k1": files.vkey["k2"]}, {"k1": "0"}, {"k2": str(r - 1)}]
    changes += [{"w": "1"}, {"power": 4}, {"power": 0, "nPublic": 1, "w": "1"}]
    nothing = ["0", "1", "0"]
    if files.system is PLONK:
        changes += [dict.fromkeys(("Qm", "Ql", "Qr", "Qo", "Qc"), nothing), {"Ql": nothing}]
        changes += [{name: nothing} for name in ("S1", "S2", "S3")]
        changes += [{"S1": files.vkey["S2"]}, {"S3": files.vkey["S2"]}, {"S2": ["1", "2", "1"]}]
    else:
        changes += [{"C0": nothing}, {"C0": ["1", "2", "1"]}]
        changes += [{name: "1"} for name in ("w3", "w4", "w8", "wr")]
    kept = files.vkey
    for change in changes:
        files.vkey = kept | change
        problem = files.refused()
        assert isinstance(problem, IntegrityError), change
        assert problem.exit_code == 4


@EACH_SYSTEM
def test_statements_of_a_batch(files: Files) -> None:
    assert files.verify()
    lines = []
    for k in range(3):
        public = [str(int(x) + (k == 1)) for x in files.public]
        lines.append(json.dumps({"proof": files.proof, "public": public}))
    path = files.folder / "batch.jsonl"
    path.write_text("\n".join(lines))
    summary = verify_batch(files.folder / "vkey.json", statements=path)
    assert [verdict.valid for verdict in summary.verdicts] == [True, False, True]
    assert (summary.valid, summary.n_invalid) == (False, 1)
    one = verify(
        files.folder / "vkey.json",
        public=files.folder / "public.json",
        proof=files.folder / "proof.json",
    )
    assert summary.verdicts[0].statement == one.statement != summary.verdicts[1].statement
    assert (one.curve, one.n_public) == (files.system.curve.name, 2)


@pytest.mark.parametrize(("key", "proof"), [(PLONK, FFLONK), (FFLONK, PLONK), (PLONK, PLONK_BLS)])
def test_a_proof_of_another_system_or_curve(tmp_path: Path, key: System, proof: System) -> None:
    files = Files(key, tmp_path, *documents(key))
    files.proof = documents(proof)[2]
    problem = files.refused()
    assert problem.exit_code == 3
    assert "the proof is o" in problem.message


@EACH_SYSTEM
def test_info_reads_both(files: Files) -> None:
    assert files.verify()
    facts = describe(files.folder / "vkey.json")
    assert (facts["protocol"], facts["supported"]) == (files.system.name, True)
    assert (facts["public_signals"], facts["warnings"]) == (2, [])
    facts = describe(files.folder / "proof.json")
    assert (facts["protocol"], facts["curve"]) == (files.system.name, files.system.curve.name)
    place = next(iter(point_places(files.system).values()))
    put(*place, value=["1", "1", "1"])(files.proof)
    (files.folder / "proof.json").write_text(json.dumps(files.proof))
    with pytest.raises(EncodingError, match="not on the curve"):
        describe(files.folder / "proof.json")
