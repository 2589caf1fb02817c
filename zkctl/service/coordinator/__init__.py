"""The coordinator of a ceremony over HTTP."""
