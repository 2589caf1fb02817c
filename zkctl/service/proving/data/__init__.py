"""The provider's data: addresses, revocations, roots, replicas, backups."""
