from __future__ import annotations

from tests.support.linted import messages_in
from zkctl.dsl import Signal, circuit, private, public


def test_a_recipient_that_the_statement_does_not_mention() -> None:
    @circuit
    def payment(secret: Signal = private(), recipient: Signal = public()) -> Signal:
        return secret * secret

    assert messages_in(payment, "L012") == [
        "public input recipient is in no constraint: any value is accepted"
    ]


def test_a_recipient_that_is_bound() -> None:
    @circuit
    def payment(secret: Signal = private(), recipient: Signal = public()) -> Signal:
        return secret * secret + recipient * recipient

    assert messages_in(payment, "L012") == []
