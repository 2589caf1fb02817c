"""One function per user action: read files, compute, write files."""
