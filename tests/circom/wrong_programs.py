"""Small programs, most of them wrong, with the codes of the errors that circom 2.2.3 prints.

The file is a list of: a line `== name`; a line with the codes in circom's order, or `accepted`, or `crash` where circom itself
crashes; the program, without its version pragma if that is 2.2.0.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("wrong_programs.txt")


class WrongProgram(NamedTuple):
    """A program.  `codes` are circom's, empty if it accepts the program or crashes."""

    text: str
    codes: tuple[str, ...]
    is_crash: bool

    @property
    def is_of_execution(self) -> bool:
        """Whether the static checks find nothing wrong."""
        return not self.is_crash and all(code.startswith("T3") for code in self.codes)


@cache
def wrong_programs() -> dict[str, WrongProgram]:
    """The programs by name."""
    pieces = re.split(r"^== (.*)\n(.*)\n", FILE.read_text(), flags=re.MULTILINE)[1:]
    programs = {}
    for name, answer, text in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=True):
        codes = () if answer in {"accepted", "crash"} else tuple(answer.split())
        version = "" if "pragma circom" in text else "pragma circom 2.2.0;\n"
        programs[name] = WrongProgram(version + text, codes, answer == "crash")
    return programs
