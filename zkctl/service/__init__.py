"""The coordinator of a ceremony over HTTP; needs the extra `zkctl[service]`."""
