"""HTTP parts shared by all services: limits and errors."""
