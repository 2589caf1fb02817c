"""The same kernels in pure numpy: where executable memory is forbidden, and as a reference."""
