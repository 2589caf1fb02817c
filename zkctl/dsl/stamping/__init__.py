"""Templates of stamped gadgets: traced once, compared with a second trace, and copied."""
