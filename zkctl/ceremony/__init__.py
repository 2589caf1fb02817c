"""Multi-party setup: contributions, beacons and their verification, for both phases."""
