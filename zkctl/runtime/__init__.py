"""Settings of one task, progress, and text made safe to print; imports only errors."""
