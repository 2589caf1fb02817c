"""PLONK (Gabizon, Williamson, Ciobotaru 2019): keys, setup, prover, verifier."""
