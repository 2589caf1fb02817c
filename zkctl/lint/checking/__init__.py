"""The replay of certificates: a second implementation of the steps, which shares no code with the prover and never searches.

docs/design/decisions/0040-lint.md defines the facts of a world, and what each step needs and adds.  Imports nothing of zkctl but errors.
"""
