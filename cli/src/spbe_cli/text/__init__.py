"""The texts of the command, one file per language."""
