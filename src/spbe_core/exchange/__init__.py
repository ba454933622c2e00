"""Formats in and out: bytes to values and back, and nothing else."""
