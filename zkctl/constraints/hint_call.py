"""One call of a hint."""

from __future__ import annotations

from typing import NamedTuple

from zkctl.constraints.linear import Terms


class HintCall(NamedTuple):
    """Advice: before row `before_row`, the wires `outputs` become function(inputs; parameters).  `node` is the source line of the call."""

    before_row: int
    function: str
    parameters: tuple[int, ...]
    inputs: tuple[Terms, ...]
    outputs: tuple[int, ...]
    node: int
