"""Actions of phase 2: contributors, coordinator and auditors."""
