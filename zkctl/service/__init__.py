"""Services over HTTP: the coordinator of a ceremony, and proving and verifying; both need the extra `zkctl[service]`."""
