"""Run the command as a module."""

from spbe_cli.main import main

main()
