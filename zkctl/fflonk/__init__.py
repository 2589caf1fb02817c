"""fflonk (Gabizon, Williamson 2021): keys, setup, prover, verifier."""
