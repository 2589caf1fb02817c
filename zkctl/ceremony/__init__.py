"""Multi-party set-up: contributions, beacons and their verification, for both phases."""
