"""Membership in the group of prime order, the endomorphism and the cofactor."""
