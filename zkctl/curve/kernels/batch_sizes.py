"""What the group kernels and their callers agree on; batches are counted in blocks of lanes."""

BATCH = 256  # blocks per inversion
AHEAD = 6  # blocks between a prefetch and its use
WINDOW_BITS = 4  # of a scalar, where a few points are combined
