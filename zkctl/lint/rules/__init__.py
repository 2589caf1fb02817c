"""Rules of uniqueness, one kind in a file; each adds facts with the steps that show them."""
