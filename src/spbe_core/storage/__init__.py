"""Adapters: the event log, read models and evidence vault on real media.

The only room that imports ``eventsourcing``.
"""
