"""Polynomial commitments of PLONK and fflonk (Kate, Zaverucha, Goldberg 2010) and their Fiat-Shamir transcript."""
