"""Texts as bytes: packing, parts, numerals, Base64 and regular expressions."""
