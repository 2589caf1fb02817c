"""The member `serve` of service.yaml."""

from __future__ import annotations

import pytest

from zkctl.errors import FormatError, UsageError
from zkctl.formats.yaml_tree import load_yaml_tree
from zkctl.service.proving.served_members import (
    ServedMembers,
    SignalRole,
    role_of,
    served_members,
)


def read(text: str, *known: str) -> dict[str, ServedMembers]:
    root = load_yaml_tree(text.encode(), "service.yaml")
    assert isinstance(root.value, dict)
    return served_members(root.value, known or ("a-v1",))


def test_everything_that_can_be_said() -> None:
    text = """a-v1:
  pattern: door
  state: retiring
  sunset: "2027-01-31T00:00:00Z"
  registry: jp
  nullifier_kind: reservation
  public: "door_root used now[0] now[1]"
  signals:
    door_root: root
    used: nullifier
"""
    found = read(text)["a-v1"]
    assert (found.pattern, found.state, found.registry) == ("door", "retiring", "jp")
    assert found.nullifier_kind == "reservation"
    assert found.public[2:] == [("now[0]", "now"), ("now[1]", "now")]
    assert role_of("door_root", found.roles) is SignalRole.ROOT
    assert role_of("used", found.roles) is SignalRole.NULLIFIER
    assert role_of("now", found.roles) is SignalRole.OTHER
    assert role_of("scope", found.roles) is SignalRole.SCOPE


def test_nothing_need_be_said() -> None:
    assert read("", "a-v1", "b-v2") == {"a-v1": ServedMembers(), "b-v2": ServedMembers()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a-v1: 5\n", "a circuit is wrong: expected a mapping, got an integer"),
        ("a-v1:\n  color: red\n", "unknown member 'color' of a circuit: expected pattern, state"),
        ("a-v1:\n  state: off1\n", "state is wrong: expected active or retiring or retired"),
        ("a-v1:\n  sunset: soon\n", "sunset is wrong: expected a time like 2027-01-31T00:00:00Z"),
        ("a-v1:\n  pattern: 5\n", "pattern is wrong: expected a string, got an integer"),
        ("a-v1:\n  signals: root\n", "signals is wrong: expected a mapping of names to roles"),
        ("a-v1:\n  signals:\n    a: king\n", "the role of a is wrong: expected root or revocation"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert message in caught.value.message
    assert caught.value.where.startswith("service.yaml")


def test_a_circuit_that_the_lock_has_not() -> None:
    with pytest.raises(UsageError, match=r"the circuit b-v1 is not in the lock: expected one of a"):
        read("b-v1:\n  pattern: b\n")
