"""Settings of one task, progress, and strings made safe to print; imports only errors."""
