"""Actions that look at files and at this machine."""
