"""The spbe command."""
