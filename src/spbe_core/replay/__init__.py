"""Looking back: rebuilding, auditing, and the record as it was."""
