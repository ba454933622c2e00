"""Kept for tests still being written; see arrangements."""

from arrangements import *  # noqa: F403
