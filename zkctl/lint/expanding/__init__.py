"""From the prover's steps to those of the checker.  Nothing here must be trusted: the checker refuses what is wrong.

docs/design/decisions/0040-lint.md defines the prover's steps, 0049-small-checker.md those of the emitter, 0063-checker-at-a-random-point.md those of
the checker.
May import errors, nothing else of zkctl.
"""
