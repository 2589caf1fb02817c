"""Anonymous components and tuples, written out as components and single assignments."""

from zkctl.circom.sugar.desugar import desugar

__all__ = ["desugar"]
