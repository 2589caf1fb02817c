"""The layout of help texts: commands in sections, in the order of use, and an example below each command."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from textwrap import dedent
from typing import Any

from typer.core import TyperCommand, TyperGroup

from zkctl.cli.command import Sections

OTHER = "Other commands"  # commands that no section names
_EXAMPLE = "\n\nExample:\n"


def help_and_example(function: Callable[..., Any]) -> tuple[str, str]:
    """Return a command's docstring without its last section `Example:`, and the lines of that section."""
    text, _, example = (inspect.getdoc(function) or "").partition(_EXAMPLE)
    return text, dedent(example)


class CommandWithExample(TyperCommand):
    """A command whose help ends with an example, kept in its epilog."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the example with its line breaks unchanged."""
        del ctx
        if self.epilog:
            with formatter.section("Example"):
                formatter.write("".join(f"  {line}\n" for line in self.epilog.splitlines()))


class SectionedGroup(TyperGroup):
    """A group whose help lists its commands in sections, in the order of use."""

    sections: Sections = {}  # noqa: RUF012  # replaced in subclasses, never changed

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, first step first."""
        names = super().list_commands(ctx)
        order = [name for section in self.sections.values() for name in section]
        return sorted(names, key=lambda name: order.index(name) if name in order else len(order))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one line per command: its name and the first line of its help, never shortened."""
        visible = [name for name in self.list_commands(ctx) if not self.commands[name].hidden]
        width = max(map(len, visible), default=0)
        for title, names in self._filled_sections(visible):
            with formatter.section(title):
                for name in names:
                    formatter.write(f"  {name:<{width}}  {summary_line(self.commands[name])}\n")

    def _filled_sections(self, visible: list[str]) -> Iterator[tuple[str, list[str]]]:
        named = {name for section in self.sections.values() for name in section}
        others = [name for name in visible if name not in named]
        for title, names in (*self.sections.items(), (OTHER, others)):
            present = [name for name in names if name in visible]
            if present:
                yield title, present


def sectioned(sections: Sections) -> type[SectionedGroup]:
    """Return the class of a group with these sections."""
    return type("Sectioned", (SectionedGroup,), {"sections": sections})


def summary_line(command: Any) -> str:
    """Return the first line of a command's help, without its full stop."""
    first, _, _ = (command.help or "").partition("\n")
    return first.removesuffix(".")
