"""Proof that nobody rewrote the record: a Merkle log over its events, signed checkpoints of it, and proofs. Pure."""
