"""From the prover's steps to those of the checker.  Nothing here must be trusted: the checker refuses what is wrong.

In docs/design/decisions, 0040 defines the prover's steps, 0049 those of the emitter, 0064 those of the checker.
May import errors, nothing else of zkctl.
"""
