"""Rehearse a whole ceremony on this machine: 25 people, and a coordinator that is killed ten times.

5 of them take the newest key and never answer, 3 send something bad, 2 send what was accepted before.
At the end the final key must hold exactly the honest contributions, every honest receipt must prove
its inclusion, and snarkjs, if it is installed, must accept the key.

    python ceremony/rehearse.py [--seed N] [--keep FOLDER] [--server [--few]]

With --server all go through a `zkctl ceremony serve`, at the same time, and it is the server that is killed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from zkctl.ceremony.record.rules import Rules
from zkctl.errors import ZkctlError
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.folder import open_ceremony
from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder, init_ceremony
from zkctl.toolchain.ceremony.offline import contribute_offline
from zkctl.toolchain.ceremony.receipts import generate_signing_key, verify_inclusion
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.ptau.contribute import contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau

N_DROP_OUTS, N_BAD, N_DUPLICATES, N_HONEST = 5, 3, 2, 15
N_KILLS = 10
FEW_HONEST, FEW_KILLS = 2, 3
BAD = ("a damaged key", "a key built on an old one", "no key at all")
CIRCUIT = """
from zkctl.dsl import Signal, circuit, private


@circuit
def product(x: Signal = private(), y: Signal = private()) -> Signal:
    return x * y
"""
ACCEPTED, REFUSED = 0, 1


@dataclass
class Rehearsal:
    """The ceremony, its honest receipts, and how often the coordinator may still be killed."""

    folder: Path
    chance: random.Random
    kills_left: int = N_KILLS
    longest: float = 0.05
    honest: dict[str, Path] = field(default_factory=dict)

    @property
    def ceremony(self) -> Path:
        """The coordinator's folder."""
        return self.folder / "ceremony"

    @property
    def tip(self) -> Path:
        """The newest key."""
        return open_ceremony(self.ceremony).newest_key

    def contribute(self, name: str, old: Path | None = None) -> Path:
        """What a person's machine does: a key and a signed receipt, made on the newest key."""
        key = self.folder / f"{name}.zkey"
        contribute_offline(
            old or self.tip,
            key,
            ContributionRequest(name=name, signing_key=self.folder / "signing.key"),
            ledger=None if old else self.ceremony / "transcript.jsonl",
        )
        return key

    def coordinate(self, action: Callable[[], object], *, may_end: bool = True) -> bool:
        """Let the coordinator act, killing it now and then, until it finishes; was it accepted?"""
        while self.kills_left and (not may_end or self.chance.random() < 0.6):
            self._kill_during(action)
        begun = time.monotonic()
        _, status = os.waitpid(_start(action), 0)
        self.longest = max(self.longest, time.monotonic() - begun)
        return os.waitstatus_to_exitcode(status) == ACCEPTED

    def _kill_during(self, action: Callable[[], object]) -> None:
        process = _start(action)
        time.sleep(self.chance.uniform(0, 0.9) * self.longest)
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            self.kills_left -= 1
            say(f"  the coordinator was killed, {self.kills_left} times to go")

    def arrive(self, name: str, key: Path, *, last: bool = False) -> bool:
        """A key arrives; is its contribution in the transcript afterwards?"""
        receipt = key.with_name(key.name + ".receipt.json")
        sent = receipt if receipt.exists() else None
        before = open_ceremony(self.ceremony).ledger.newest.number
        self.coordinate(
            lambda: accept_contribution(self.ceremony, key, receipt=sent), may_end=not last
        )
        ledger = open_ceremony(self.ceremony).ledger
        accepted = ledger.newest.number == before + 1
        reason = "" if accepted else f": {ledger.entries[-1].reason}"
        say(f"{name:<12} {'accepted' if accepted else 'refused'}{reason}")
        return accepted


def _start(action: Callable[[], object]) -> int:
    """The coordinator as a process of its own."""
    process = os.fork()
    if process:
        return process
    try:
        action()
        os._exit(ACCEPTED)
    except ZkctlError:
        os._exit(REFUSED)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(70)


def say(text: str) -> None:
    """One line for whoever watches."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def prepare(folder: Path, n_honest: int) -> None:
    """A circuit, a phase 1, a ceremony, and a key to sign with."""
    (folder / "circuit.py").write_text(CIRCUIT)
    compile_circuit(f"{folder / 'circuit.py'}:product", {}, folder)
    new_ptau("bn254", 2, folder / "pot0.ptau")
    contribute_ptau(folder / "pot0.ptau", output=folder / "pot1.ptau", name="rehearsal")
    prepare_ptau(folder / "pot1.ptau", output=folder / "pot.ptau")
    rules = Rules("", "", "", "", n_honest, beacon_source="dice thrown after the last contribution")
    init_ceremony(folder / "ceremony", folder / "product.r1cs", folder / "pot.ptau", rules=rules)
    generate_signing_key(folder / "signing.key")


def bad_key(rehearsal: Rehearsal, kind: str, name: str) -> Path:
    """What the three people send who do not send a contribution."""
    if kind == "a key built on an old one":
        return rehearsal.contribute(name, old=rehearsal.ceremony / "0000.zkey")
    path = rehearsal.folder / f"{name}.zkey"
    if kind == "no key at all":
        path.write_text("sorry, I could not make it\n")
        return path
    raw = bytearray(rehearsal.contribute(f"{name}-before").read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    return path


def play_over_the_network(rehearsal: Rehearsal, *, few: bool) -> None:
    """The same people, or one of each kind, who come at once to a server."""
    from rehearse_server import play as play_with_server

    n_drop_outs, n_honest = (1, FEW_HONEST) if few else (N_DROP_OUTS, N_HONEST)
    roles = ["drop out"] * n_drop_outs + ["duplicate", "disguised duplicate", *BAD]
    roles += ["honest"] * (n_honest - 2)
    rehearsal.chance.shuffle(roles)
    roles = ["honest", *roles, "honest"]
    chance, n_kills = rehearsal.chance, rehearsal.kills_left
    rehearsal.honest = play_with_server(rehearsal.ceremony, roles, n_kills, chance, say)
    rehearsal.kills_left = 0


def play(rehearsal: Rehearsal) -> None:
    """All 25 in a random order; the first is honest, so that there is something to send twice."""
    roles = ["drop out"] * N_DROP_OUTS + ["duplicate"] * N_DUPLICATES
    roles += [*BAD, *(["honest"] * (N_HONEST - 2))]
    rehearsal.chance.shuffle(roles)
    roles = ["honest", *roles, "honest"]
    for number, role in enumerate(roles, 1):
        name = f"person {number}"
        if role == "drop out":
            say(f"{name:<12} took {rehearsal.tip.name} and never answered")
        elif role == "duplicate":
            earlier = rehearsal.chance.choice(list(rehearsal.honest))
            rehearsal.arrive(name, rehearsal.folder / f"{earlier}.zkey")
        elif role == "honest":
            key = rehearsal.contribute(name)
            if not rehearsal.arrive(name, key, last=number == len(roles)):
                raise SystemExit(f"error: the honest contribution of {name} was refused")
            rehearsal.honest[name] = key.with_name(key.name + ".receipt.json")
        elif rehearsal.arrive(name, bad_key(rehearsal, role, name)):
            raise SystemExit(f"error: {role} was accepted")


def check(rehearsal: Rehearsal) -> None:
    """Close the ceremony and look at it as everybody else would."""
    ceremony = rehearsal.ceremony
    beacon_in_folder(ceremony, BeaconRequest(beacon_hex=rehearsal.chance.randbytes(32).hex()))
    finalize_ceremony(ceremony, production=True)
    summary = verify_ceremony(ceremony)
    names = [c.claimed_name for c in summary.contributors if c.kind == "participant"]
    if names != list(rehearsal.honest):
        raise SystemExit(
            f"error: the final key holds {names}, honest were {list(rehearsal.honest)}"
        )
    for receipt in rehearsal.honest.values():
        verify_inclusion(receipt, ceremony / "final.zkey")
    say(
        f"the final key holds exactly the {len(names)} honest contributions, every receipt proves it"
    )
    say(summary.trust)
    say(ask_snarkjs(ceremony))


def ask_snarkjs(ceremony: Path) -> str:
    """The verdict of snarkjs on the final key, if it is installed."""
    default = Path(__file__).parent.parent / "tests" / "interop" / "node" / "node_modules"
    program = Path(os.environ.get("ZKCTL_NODE_MODULES", default)) / "snarkjs" / "cli.js"
    node = shutil.which("node")
    if node is None or not program.exists():
        return "snarkjs is not installed: not asked"
    files = (ceremony / name for name in ("circuit.r1cs", "phase1.ptau", "final.zkey"))
    command = [node, str(program), "zkey", "verify", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"error: snarkjs refuses the final key\n{done.stdout}")
    return "snarkjs accepts the final key"


def main() -> None:
    """Rehearse in a temporary folder, or in one that is kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep everything there")
    parser.add_argument("--server", action="store_true", help="over the network, all at once")
    parser.add_argument("--few", action="store_true", help="with --server: one of each kind")
    options = parser.parse_args()
    if options.few and not options.server:
        parser.error("--few goes with --server")
    n_honest, n_kills = (FEW_HONEST, FEW_KILLS) if options.few else (N_HONEST, N_KILLS)
    say(f"seed {options.seed}")
    begun = time.monotonic()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="rehearsal-"))
    folder.mkdir(exist_ok=True)
    try:
        prepare(folder, n_honest)
        rehearsal = Rehearsal(folder, random.Random(options.seed), n_kills)  # noqa: S311  (not a secret)
        if options.server:
            play_over_the_network(rehearsal, few=options.few)
        else:
            play(rehearsal)
        check(rehearsal)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    say(f"the coordinator was killed {n_kills - rehearsal.kills_left} times")
    say(f"done in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
