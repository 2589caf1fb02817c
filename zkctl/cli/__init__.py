"""The command line: commands, their options, their output; no mathematics."""

import gc

# a command is a short process: collecting while it imports would cost it 10 ms
gc.set_threshold(100_000, 20, 20)
