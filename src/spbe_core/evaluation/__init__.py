"""The logic of the record, pure: what a command may do to an evaluation, and how its history folds."""
