"""The rows of PLONK and fflonk for a constraint system: gates, wires of each row, permutation."""
