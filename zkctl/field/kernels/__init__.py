"""Kernels of prime fields: the language they are written in, their programs, the compiler and its cache."""
