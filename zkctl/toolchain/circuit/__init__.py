"""Actions on circuits: compile, witness."""
