"""The command line: what a person or a script talks to; no mathematics."""

import gc

# a command is a short process: collecting while it imports would cost it 10 ms
gc.set_threshold(100_000, 20, 20)
