"""Numbers: orders, ranges, lists, roots, dates, big integers."""
