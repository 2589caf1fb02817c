"""Byte encodings of points: LEM (files), U (hashes and challenges), C (responses); see docs/reference/formats.md."""
