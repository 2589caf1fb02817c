"""Powers of tau on disk: the file, its first bytes, cuts, challenges and responses."""
