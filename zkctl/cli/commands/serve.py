"""The command `zkctl serve`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import CommandGroup, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import EnvironmentProblem, UsageError

if TYPE_CHECKING:
    from zkctl.service.proving.run import ServiceSummary

ROLES = ("all", "verifier", "prover")

Role = Annotated[str, Argument(metavar="ROLE", help="all, verifier (without workers) or prover.")]
Config = Annotated[
    Path | None,
    Option("--config", metavar="FILE", help="The settings: a service.yaml.", callback=data_file),
]
Listen = Annotated[
    str | None,
    Option("--listen", metavar="HOST:PORT", help="The API's address; port 0: a free one."),
]
AdminListen = Annotated[
    str | None,
    Option("--admin-listen", metavar="HOST:PORT", help="The address of metrics and flags."),
]
Circuits = Annotated[
    Path | None,
    Option("--circuits", metavar="FOLDER", help="The folder with zkctl.lock and the outputs."),
]
Workers = Annotated[
    int | None, Option("--workers", metavar="N", min=1, max=256, help="Processes that prove.")
]
ProveModes = Annotated[
    str | None,
    Option("--prove-modes", metavar="LIST", help="What generate accepts: inputs,sealed,custodial."),
]
StateDir = Annotated[
    Path | None,
    Option("--state-dir", metavar="FOLDER", help="The folder of secrets and of the demo."),
]
TlsCert = Annotated[
    Path | None, Option("--tls-cert", metavar="FILE", help="The certificate chain, PEM.")
]
TlsKey = Annotated[
    Path | None, Option("--tls-key", metavar="FILE", help="The certificate's private key, PEM.")
]
TlsClientCa = Annotated[
    Path | None,
    Option("--tls-client-ca", metavar="FILE", help="Clients need a certificate of this CA."),
]
Demo = Annotated[
    bool, Option("--demo", help="Make a circuit, keys and a holder, and serve them without a key.")
]
NoAuth = Annotated[bool, Option("--no-auth", help="Accept requests without a key; loopback only.")]
Migrate = Annotated[bool, Option("--migrate", help="Apply the migrations of the database first.")]


def register(group: CommandGroup) -> None:
    """Add the command to the commands of zkctl."""
    command(group, "serve")(serve)


def serve(
    terminal: Terminal,
    role: Role = "all",
    config: Config = None,
    listen: Listen = None,
    admin_listen: AdminListen = None,
    circuits: Circuits = None,
    workers: Workers = None,
    prove_modes: ProveModes = None,
    state_dir: StateDir = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    tls_client_ca: TlsClientCa = None,
    demo: Demo = False,
    no_auth: NoAuth = False,
    migrate: Migrate = False,
) -> Answer:
    """Prove and verify over HTTP.

    Without settings it listens on this machine only, keeps its jobs in SQLite and needs nothing
    else. Prints the address, and at the first start an API key. Settings come from options, then
    the environment, then service.yaml; zkctl service config lists them. Ctrl-C stops it.

    Example:
        zkctl serve all --demo
    """
    if role not in ROLES:
        raise UsageError(f"the role is unknown: expected {', '.join(ROLES)}, got {role!r}")
    try:
        from zkctl.service.proving.run import ServeOptions, ServeRole
        from zkctl.service.proving.run import serve as run
        from zkctl.service.proving.settings_sources import find_service_file
    except ModuleNotFoundError as problem:
        raise EnvironmentProblem(
            f"the service needs the package {problem.name}",
            hint="pip install 'zkctl[service]'",
        ) from None
    options = {
        "listen": listen,
        "admin_listen": admin_listen,
        "circuits": circuits,
        "workers": workers,
        "prove_modes": prove_modes,
        "state_dir": state_dir,
        "tls_cert": tls_cert,
        "tls_key": tls_key,
        "tls_client_ca": tls_client_ca,
        "demo": demo or None,
        "no_auth": no_auth or None,
        "migrate": migrate or None,
    }

    def ready(summary: ServiceSummary) -> None:
        terminal.succeed(Answer(summary, text=_text(summary)))

    file = find_service_file(os.environ, config, circuits=circuits)
    code = run(ServeOptions(ServeRole(role), options, file), ready, terminal.note)
    if code:
        raise EnvironmentProblem("the service was stopped before its jobs and requests had ended")
    return Answer(None, already_printed=True)


_DEMO_BODY = '{"pid": "JP-13-113-01", "pattern": "membership"}'


def _text(summary: ServiceSummary) -> str:
    lines = [summary.url, f"admin   {summary.admin_url}"]
    lines.append(f"pages   {summary.url}/docs  {summary.admin_url}/ops")
    if summary.api_key:
        lines.append(f"key     {summary.api_key}  (shown once)")
    if summary.demo:
        lines.append(
            "demo    a generated holder, and keys that this machine alone made: not for real use"
        )
        lines.append(f"try     curl -X POST {summary.url}/v1/zkp/generate -d '{_DEMO_BODY}'")
    return "\n".join(lines)
