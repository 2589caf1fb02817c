"""`zkctl lint`: read a circuit, judge it, and report verdicts and findings."""
