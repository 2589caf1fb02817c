"""Numbers longer than a field element."""
