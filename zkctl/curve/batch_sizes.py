"""What the addition kernels and their callers agree on, in blocks of lanes."""

BATCH = 256  # blocks per inversion
AHEAD = 6  # blocks between a prefetch and its use
