"""Actions on powers of tau."""
