"""The replay of certificates: a second implementation of the steps, which shares no code with the prover and never searches.

docs/design/decisions/0040-lint.md defines the facts of a world, and the conditions and results of each step.
May import errors, nothing else of zkctl.
"""
