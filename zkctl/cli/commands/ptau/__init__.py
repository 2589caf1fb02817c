"""The commands of `zkctl ptau`."""
