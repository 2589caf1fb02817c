"""The codes of docs/reference/lint.md, made of the docstrings of the passes.

python -m tests.support.lint_reference    writes them into the page
"""

from __future__ import annotations

from pathlib import Path

from zkctl.lint.registry import NONDETERMINISTIC, PASSES
from zkctl.toolchain.lint import determinism

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "lint.md"
HEAD = "## The codes\n"


def codes() -> str:
    """Return the sections of all codes, in their order."""
    texts = {each.code: each.description for each in PASSES}
    texts[NONDETERMINISTIC] = (determinism.__doc__ or "").partition("  The circuit is compiled")[0]
    quick = {each.code for each in PASSES if each.is_quick}
    return "\n".join(
        [HEAD, *(_section(code, texts[code], code in quick) for code in sorted(texts))]
    )


def _section(code: str, text: str, is_quick: bool) -> str:
    first, _, attack = text.strip().partition("\n\n")
    title, _, fault = first.partition(": ")
    paragraph = " ".join(attack.split())
    note = "\n\nEvery compilation looks for it." if is_quick else ""
    return f"### {title}\n\n{fault[0].upper()}{fault[1:]}\n\n{paragraph}{note}\n"


def page_with_codes(text: str) -> str:
    """Return a page with its last part replaced by the codes."""
    return text.partition(HEAD)[0] + codes()


if __name__ == "__main__":
    PAGE.write_text(page_with_codes(PAGE.read_text()))
