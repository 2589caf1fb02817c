"""Structure-aware mutants of the keys, verification keys, proofs and public signals of PLONK and fflonk.

    python tests/soundness/universal_mutants.py [--count N] [--seed N]

Each mutant goes through the function behind a command.  Every answer is a verdict or one of our errors, whose exit code is
documented; a mutant is accepted only if it says the same as the original.  The script prints how many ended with which
exit code, and ends with 1 at the first mutant that does not keep to that.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.property.mutants import container_mutant, json_mutant, places
from tests.support.binary_files import Container, le, u32
from tests.support.toy_provers import PROVERS, Prover
from zkctl.errors import ZkctlError
from zkctl.formats.binary.wtns import write_wtns
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.systems import SYSTEMS
from zkctl.toolchain.proof.verify import verify

EXIT_CODES = {1, 3, 4, 5, 7}  # docs/reference/errors.md; 2, 6 and 70 have no place here
ROOTS = ("w3", "w4", "w8", "wr")  # of fflonk: any of the right order will do
NAMES = ("vkey", "public", "proof")
PROVED_ONE_IN = 12  # mutants of keys: a proof takes longer than all checks of the key


class WrongAnswer(AssertionError):
    """A mutant that was accepted."""


@dataclass(frozen=True)
class Original:
    """A statement and its key as files."""

    prover: Prover
    folder: Path

    def path(self, name: str) -> Path:
        suffixes = {"key": "zkey", "witness": "wtns"}
        return self.folder / f"{name}.{suffixes.get(name, 'json')}"

    def write(self) -> None:
        """Write all files of an honest proof."""
        system, field = SYSTEMS[self.prover.name], self.prover.curve.scalar_field
        self.path("key").write_bytes(_zkey(self.prover))
        with self.path("witness").open("wb") as file:
            write_wtns(file, field, self.prover.witness())
        stored = system.read_key(self.path("key"))
        public, proof = system.prove(stored.key, self.prover.witness())
        self.path("vkey").write_text(system.vkey_json(stored))
        self.path("public").write_text(system.public_json(public))
        self.path("proof").write_text(system.proof_json(proof))

    @cached_property
    def texts(self) -> dict[str, str]:
        return {name: self.path(name).read_text() for name in NAMES}

    @cached_property
    def key(self) -> Container:
        return Container.read(self.path("key"))

    def verified(self, **changed: Path) -> bool:
        paths = {name: changed.get(name, self.path(name)) for name in NAMES}
        return verify(paths["vkey"], public=paths["public"], proof=paths["proof"]).valid


def _zkey(prover: Prover) -> bytes:
    from zkctl.formats.binary.zkey_fflonk import FflonkZkey
    from zkctl.formats.binary.zkey_plonk import PlonkZkey

    made = PlonkZkey if prover.name == "plonk" else FflonkZkey
    out = io.BytesIO()
    SYSTEMS[prover.name].write_key(out, made(prover.key()))
    return out.getvalue()


def near_mutant(rng: Random, text: str) -> bytes:
    """Another document whose numbers are canonical and whose points are in their group."""
    document = json.loads(text)
    found = [(path, _at(document, path)) for path in places(document)]
    points = [(path, value) for path, value in found if _is_point(value)]
    numbers = [(path, value) for path, value in found if _is_number(document, path, value)]
    if points and (not numbers or rng.random() < 0.5):
        path, value = rng.choice(points)[0], rng.choice(points)[1]
    else:
        path, value = rng.choice(numbers)
        other = rng.choice([int(value) ^ 1 << rng.randrange(250), int(rng.choice(numbers)[1]), 1])
        value = str(other)
    _at(document, path[:-1])[path[-1]] = value
    return json.dumps(document).encode()


def _at(document: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def _is_point(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and value[2] == "1"


def _is_number(document: Any, path: tuple[str | int, ...], value: Any) -> bool:
    inside = _at(document, path[:-1])
    return (
        isinstance(value, str)
        and value.isdigit()
        and (isinstance(inside, dict) or inside is document)
    )


def of_a_statement(rng: Random, original: Original, path: Path) -> None:
    """Verify with one of the three files changed."""
    name = rng.choice(NAMES)
    made = rng.choice([json_mutant, near_mutant])
    mutant = made(rng, original.texts[name])
    path.write_bytes(mutant)
    valid = original.verified(**{name: path})
    if valid and not _same(mutant, original.texts[name], original.prover.name):
        raise WrongAnswer(f"accepted a changed {name}")
    if not valid:
        raise _Invalid


def _same(mutant: bytes, text: str, system: str) -> bool:
    """Whether a document says the same; members that no reader knows, and names of curves, are not counted."""
    found, known = json.loads(mutant), json.loads(text)
    if isinstance(known, dict):
        ignored = {"curve", "protocol", *(ROOTS if system == "fflonk" else ())}
        return all(found.get(name) == known[name] for name in known if name not in ignored)
    return bool(found == known)


def of_a_key(rng: Random, original: Original, path: Path) -> None:
    """Export what a changed key's verifier needs: the honest proof must not hold under another; now and then prove."""
    path.write_bytes(container_mutant(rng, original.key))
    exported = path.with_suffix(".exported")
    export_verification_key(path, output=exported, force=True)
    same = _same(exported.read_bytes(), original.texts["vkey"], original.prover.name)
    if not same and original.verified(vkey=exported):
        raise WrongAnswer("the honest proof holds under the key of a changed file")
    if rng.random() * PROVED_ONE_IN < 1:
        _prove(original, path)


def of_a_near_key(rng: Random, original: Original, path: Path) -> None:
    """Prove with a key that every reader takes: no proof, or one that holds under the keys that say the same."""
    near_key(rng, original.prover, original.key).write(path)
    exported = path.with_suffix(".exported")
    export_verification_key(path, output=exported, force=True)
    if exported.read_text() != original.texts["vkey"] and original.verified(vkey=exported):
        raise WrongAnswer("the honest proof holds under the key of a changed file")
    proof, public = _prove(original, path)
    if not original.verified(vkey=exported, proof=proof, public=public):
        raise WrongAnswer("a proof was written that does not hold")
    if public.read_text() != original.texts["public"]:
        raise WrongAnswer("the proof is for other public signals")


def near_key(rng: Random, prover: Prover, key: Container) -> Container:
    """A key with one other element, wire, commitment or power of tau, each as good as any for a reader."""
    r, point = prover.curve.scalar_field.modulus, prover.curve.g1.point_bytes
    powers = 14 if prover.name == "plonk" else 16
    sections = {"wire": (4, 5, 6), "power": (powers,), "commitment": (2,)}
    sections["element"] = tuple(k for k in key.order if k >= 7 and k != powers)
    what = rng.choice([*sections, "element", "element"])
    section = rng.choice(sections[what])
    if what == "wire":
        n_wires = len(key[section]) // 4
        return key.with_bytes(section, 4 * rng.randrange(n_wires), u32(rng.randrange(6)))
    if what == "element":
        others = (0, 1, rng.randrange(r), int.from_bytes(_part(rng, key[section], 32), "little"))
        offset = 32 * rng.randrange(len(key[section]) // 32)
        return key.with_bytes(section, offset, le(rng.choice(others)))
    other, n_points = _part(rng, key[powers], point), len(key[powers]) // point
    if what == "power":
        return key.with_bytes(section, point * rng.randrange(n_points), other)
    # in front of [tau]_2 the eight commitments of plonk, behind it the one of fflonk
    place = -2 * point - point * rng.randrange(1, 9) if prover.name == "plonk" else -point
    return key.with_bytes(section, place, other)


def _part(rng: Random, data: bytes, size: int) -> bytes:
    k = size * rng.randrange(len(data) // size)
    return data[k : k + size]


def _prove(original: Original, key: Path) -> tuple[Path, Path]:
    proof, public = key.with_suffix(".proof"), key.with_suffix(".public")
    prove(key, original.path("witness"), proof_output=proof, public_output=public, force=True)
    return proof, public


class _Invalid(Exception):
    """The verdict of a wrong proof, whose exit code is 1."""


KINDS: tuple[Callable[[Random, Original, Path], None], ...] = (
    of_a_statement,
    of_a_statement,
    of_a_key,
    of_a_near_key,
)


def answers(folder: Path, count: int, seed: int) -> Iterator[tuple[str, int]]:
    """Yield for each mutant what it was made of, and the exit code (0: it says the same)."""
    originals = []
    for prover in PROVERS:
        original = Original(prover, folder / str(prover))
        original.folder.mkdir()
        original.write()
        originals.append(original)
    for number in range(count):
        rng = Random(seed * 1_000_003 + number)
        original, kind = rng.choice(originals), rng.choice(KINDS)
        yield f"{original.prover} {kind.__name__}", _exit_code(kind, rng, original, folder, number)


def _exit_code(kind: Any, rng: Random, original: Original, folder: Path, number: int) -> int:
    try:
        kind(rng, original, folder / "mutant")
    except _Invalid:
        return 1
    except ZkctlError as problem:
        if problem.exit_code not in EXIT_CODES:
            raise WrongAnswer(f"mutant {number}: exit code {problem.exit_code}") from problem
        return problem.exit_code
    except Exception as problem:
        raise WrongAnswer(f"mutant {number} of {original.prover}: {problem!r}") from problem
    return 0


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[tuple[str, int]] = Counter()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        counts.update(answers(Path(folder), options.count, options.seed))
    for (what, code), n in sorted(counts.items()):
        print(f"{what:40} exit code {code}: {n}")
    print(f"{counts.total()} mutants, none accepted that says something else")
    return 0


if __name__ == "__main__":
    sys.exit(main())
