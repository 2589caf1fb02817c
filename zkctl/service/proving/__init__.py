"""The proving and verifying service; needs the extra `zkctl[service]`."""
