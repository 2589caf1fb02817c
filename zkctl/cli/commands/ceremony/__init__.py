"""The commands of `zkctl ceremony`."""
