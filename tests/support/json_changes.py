"""Small changes of JSON documents, to see them refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Document = Any
Change = Callable[[Document], object]


def put(*place: str | int, value: object) -> Change:
    """Set the value at a place of a document."""

    def change(document: Document) -> None:
        for key in place[:-1]:
            document = document[key]
        document[place[-1]] = value

    return change


def swap(*place: str | int) -> Change:
    """Reverse the limbs c0, c1 of both coordinates of the point at a place."""

    def change(document: Document) -> None:
        for key in place:
            document = document[key]
        document[0], document[1] = document[0][::-1], document[1][::-1]

    return change


def add(amount: int, *place: str | int) -> Change:
    """Add a number to the string at a place."""

    def change(document: Document) -> None:
        for key in place[:-1]:
            document = document[key]
        document[place[-1]] = str(int(document[place[-1]]) + amount)

    return change


def drop(key: str) -> Change:
    return lambda document: document.pop(key)
