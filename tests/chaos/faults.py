"""Faults of a running service and of the servers behind it; each returns what it did."""

from __future__ import annotations

import os
import random
import signal
import threading
from contextlib import suppress

from tests.chaos.driver import Fault
from tests.support import fault_proxy
from tests.support.demo_service import RunningService
from tests.support.fault_proxy import FaultProxy
from tests.support.servers import PostgresServer, RedisServer


def kill_child(service: RunningService, *roles: str) -> Fault:
    """SIGKILL to a random process of these roles."""

    def act(chosen: random.Random) -> str:
        role = chosen.choice(roles)
        found = service.children(role)
        if not found:
            return f"no {role} to kill"
        pid = chosen.choice(found)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return f"kill -9 {role} {pid}"

    return act


def stop_worker(service: RunningService, seconds: float) -> Fault:
    """SIGSTOP to a random worker, SIGCONT after some time: longer than a lease, another one takes its job."""

    def act(chosen: random.Random) -> str:
        found = service.children("worker")
        if not found:
            return "no worker to stop"
        pid = chosen.choice(found)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
        timer = threading.Timer(seconds, _continue, (pid,))
        timer.daemon = True
        timer.start()
        return f"SIGSTOP worker {pid} for {seconds:g} s"

    return act


def _continue(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def restart(server: PostgresServer | RedisServer, name: str) -> Fault:
    """Stop a server at once, as `pg_ctl stop -m immediate` does, and start it again."""

    def act(_chosen: random.Random) -> str:
        server.stop(signal.SIGQUIT if isinstance(server, PostgresServer) else signal.SIGKILL)
        server.start()
        return f"restart {name}"

    return act


def network(proxy: FaultProxy, name: str, seconds: float) -> Fault:
    """A random fault of the network before a server, for some time."""
    kinds = [each for each in fault_proxy.Fault if each is not fault_proxy.Fault.NONE]

    def act(chosen: random.Random) -> str:
        fault = chosen.choice(kinds)
        proxy.set(fault, seconds=5.0)
        threading.Event().wait(seconds)
        proxy.set(fault_proxy.Fault.NONE)
        return f"{fault} before {name} for {seconds:g} s"

    return act
