"""Finding plugins, keeping broken ones apart, and freezing what they bring into a rulebook."""

from spbe_core.plugins.discovery import PluginStatus
from spbe_core.plugins.rulebook import PluginRulebook

__all__ = ["PluginRulebook", "PluginStatus"]
