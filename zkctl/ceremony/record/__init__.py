"""The record of a ceremony: rules, ledger, signatures and the trust statement."""
