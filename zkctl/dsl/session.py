"""The state of one compilation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable
from typing import Any

from zkctl.constraints.advice.calls import ADVICE
from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.sides import CoefficientPool
from zkctl.constraints.witness_program import USER_HINT
from zkctl.dsl.spans import Site, TextSite
from zkctl.dsl.stamping.known_values import function_key
from zkctl.errors import ZkctlError
from zkctl.field import PrimeField

UserFunction = Callable[..., Any]


@dataclasses.dataclass
class Session:
    """The state that all blocks of one compilation share: coefficients, messages, source sites, templates, and the user's own hints."""

    field: PrimeField
    pool: CoefficientPool = dataclasses.field(init=False)
    messages: dict[str, int] = dataclasses.field(default_factory=lambda: {"": 0})
    sites: dict[tuple[object, ...], tuple[int, Site | TextSite]] = dataclasses.field(
        default_factory=dict
    )
    component_names: dict[str, int] = dataclasses.field(default_factory=dict)
    templates: dict[Hashable, Any] = dataclasses.field(default_factory=dict)
    blocks: dict[Hashable, Any] = dataclasses.field(default_factory=dict)  # of other languages
    functions: list[AdviceProgram] = dataclasses.field(default_factory=list)  # that advice calls
    user_hints: dict[UserFunction, str] = dataclasses.field(default_factory=dict)
    hint_names: dict[Hashable, str] = dataclasses.field(default_factory=dict)
    advice: dict[AdviceProgram, int] = dataclasses.field(default_factory=dict)
    errors: list[ZkctlError] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.pool = CoefficientPool(self.field.modulus)

    def advice_name(self, program: AdviceProgram) -> str:
        """Return the name under which a hint mentions an advice program; equal programs are one."""
        return f"{ADVICE}{self.advice.setdefault(program, len(self.advice))}"

    def user_hint_name(self, function: UserFunction) -> str:
        """Return the name under which a witness program mentions the user's function."""
        key = function_key(function)
        if key not in self.hint_names:
            name = getattr(function, "__qualname__", type(function).__name__)
            self.hint_names[key] = f"{USER_HINT}{len(self.user_hints)}:{name}"
            self.user_hints[function] = self.hint_names[key]
        return self.hint_names[key]
