"""A level of simplification, and how it is carried out."""

from __future__ import annotations

from zkctl.runtime.records import record


@record
class SimplificationLevel:
    """A level of simplification: 0, 1 or 2, of level 2 at most `max_rounds` rounds; 0 rounds are level 1.

    `is_compatible`: a constraint that contradicts another one may vanish.
    `by_labels`: level 2 solves linear constraints for their largest signals, in clusters of 350 and more too.
    """

    level: int = 1
    max_rounds: int | None = None
    is_compatible: bool = False
    by_labels: bool = False

    @property
    def number(self) -> int:
        """0, 1 or 2."""
        return 1 if self.max_rounds == 0 and self.level else self.level
