"""Read models: pure functions from events to rows."""
