"""Rogue packs for every test of the conformance kit."""

from rogues import rogue

__all__ = ["rogue"]
