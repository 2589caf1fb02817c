"""Numbers wider than a comparison or a field takes."""
