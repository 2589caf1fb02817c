"""zkctl.client and the commands that ask a service, against a whole service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_service import RunningService, serving
from zkctl.cli.app import main
from zkctl.client import ServiceClient
from zkctl.errors import CheckFailed, InputError, IntegrityError, UsageError
from zkctl.service.proving.demo.folder import DEPTH, HOLDER_FILE
from zkctl.service.proving.demo.holder import DemoHolder

CIRCUIT = "membership-v1"


@pytest.fixture(scope="module")
def running(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    environ = {"ZKCTL_PROVE_MODES": "inputs,sealed", "ZKCTL_RESPONSE_QUANTUM_MS": "0"}
    with serving(tmp_path_factory.mktemp("client"), demo, environ=environ) as service:
        service.wait_for(200)
        yield service


@pytest.fixture
def client(running: RunningService) -> ServiceClient:
    return ServiceClient(running.url, running.key)


@pytest.fixture
def inputs(running: RunningService) -> dict[str, Any]:
    holder = DemoHolder.read(running.folder / "state" / "demo" / HOLDER_FILE)
    return holder.inputs(DEPTH, scope=7, context=9)


@pytest.mark.parametrize("sealed", [False, True])
def test_prove_and_verify(client: ServiceClient, inputs: dict[str, Any], sealed: bool) -> None:
    made = client.prove(inputs, circuit="membership", seal_inputs=sealed)
    assert made.circuit_id == CIRCUIT
    assert isinstance(made.parts.public.value, list)
    assert made.parts.public.value[3:] == ["7", "9"]
    found = client.verify(made.bundle)
    assert found["valid"] is True
    single = client.verify(
        made.parts.proof.value, public_signals=made.parts.public.value, circuit_id=CIRCUIT
    )
    assert single["statementId"] == found["statementId"]
    job = client.job(made.job_id)
    assert job["state"] == "done"
    assert ("sealedResult" in job, "proof" in job) == (sealed, not sealed)
    client.cancel(made.job_id)
    with pytest.raises(InputError, match="The result is no longer kept"):
        client.job(made.job_id)


def test_inputs_that_do_not_satisfy(client: ServiceClient, inputs: dict[str, Any]) -> None:
    """B32: the words of the command line, a kind, and the id of the job."""
    wrong = inputs | {"holder_secret": "5"}
    for sealed in (False, True):
        with pytest.raises((InputError, CheckFailed)) as caught:
            client.prove(wrong, circuit=CIRCUIT, seal_inputs=sealed)
        assert "a constraint is not satisfied" in caught.value.message
        assert "holder_secret" not in caught.value.message
    del wrong["siblings"]
    with pytest.raises(InputError, match="no value for input siblings"):
        client.prove(wrong, circuit=CIRCUIT)


def test_a_service_with_another_signing_key(client: ServiceClient, inputs: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="the sealing key is not signed by the service's key"):
        client.prove(inputs, circuit=CIRCUIT, seal_inputs=True, signed_by="ab" * 32)


def test_a_challenge(client: ServiceClient) -> None:
    found = client.challenge("shop", ttl_s=60)
    assert set(found) == {"nonce", "expiry", "context"}


def test_without_a_key(running: RunningService) -> None:
    with pytest.raises(UsageError, match="API key missing or not valid") as caught:
        ServiceClient(running.url).verify("zkp1.x")
    assert caught.value.hint == "set ZKCTL_API_KEY"


@pytest.mark.parametrize("words", [(), ("--seal",)])
def test_the_commands(
    running: RunningService,
    inputs: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv("ZKCTL_API_KEY", running.key)
    monkeypatch.chdir(tmp_path)
    Path("input.json").write_text(json.dumps(inputs))
    at = ("--service", running.url, "--circuit", CIRCUIT)
    assert main(["prove", "input.json", *at, *words]) == 0, capsys.readouterr().err
    capsys.readouterr()
    vkey = running.folder / "state" / "demo" / "build" / f"{CIRCUIT}.vkey.json"
    assert main(["verify", str(vkey), "public.json", "proof.json"]) == 0
    assert main(["verify", "public.json", "proof.json", *at]) == 0
    assert capsys.readouterr().out == "OK\nOK\n"
    public = json.loads(Path("public.json").read_text())
    Path("public.json").write_text(json.dumps([*public[:-1], "10"]))
    assert main(["verify", "public.json", "proof.json", *at]) == 1
    shown = capsys.readouterr()
    assert shown.out == "INVALID\n"
    assert "the service does not accept the proof: equation" in shown.err


def test_a_bundle_at_the_service(
    running: RunningService,
    client: ServiceClient,
    inputs: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ZKCTL_API_KEY", running.key)
    bundle = tmp_path / "proof.zkp1"
    bundle.write_text(client.prove(inputs, circuit=CIRCUIT).bundle + "\n")
    assert main(["verify", "--bundle", str(bundle), "--service", running.url]) == 0
    assert capsys.readouterr().out == "OK\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("verify p.json --service http://localhost:1", "--service needs public signals, proof"),
        ("verify v.json --circuit a", "--circuit is for --service"),
        ("verify --batch b --service http://localhost:1", "--service excludes --batch and --evm"),
        ("verify v --bundle b --service http://localhost:1", "unexpected file or --circuit with"),
        ("verify v p --bundle b", "unexpected file with --bundle: expected the key only"),
        ("verify", "missing argument 'VKEY.json'"),
        ("prove k.zkey", "missing argument 'WITNESS.wtns'"),
        ("prove i.json --service http://localhost:1", "--service without a circuit"),
        ("prove i w --service http://localhost:1 --circuit a", "unexpected file with --service"),
        ("prove k.zkey w.wtns --seal", "--circuit, --seal and --signed-by are for --service"),
        (
            "prove i --service http://localhost:1 --circuit a --signed-by ab",
            "a signing key without sealing",
        ),
    ],
)
def test_words_that_do_not_go_together(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 2
    assert message in capsys.readouterr().err
