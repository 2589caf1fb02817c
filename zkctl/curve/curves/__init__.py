"""The curves: one file of sourced numbers each."""
