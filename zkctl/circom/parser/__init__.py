"""Text of one file to its syntax tree: recursive descent with precedence climbing, with a limit of nesting."""

from zkctl.circom.parser.files import parse

__all__ = ["parse"]
