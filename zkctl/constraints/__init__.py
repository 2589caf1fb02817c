"""The compiled circuit: constraint systems, witness programs, and their evaluation."""
