"""What becomes a fact when a command is allowed, by topic."""
