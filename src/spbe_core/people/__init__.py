"""Who may do what, pure: actors and their roles, the permissions of each role, and which duties are kept apart."""
