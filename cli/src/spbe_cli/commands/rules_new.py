"""Making a rule pack to start from."""

from pathlib import Path

import click

from spbe_cli.command import argument, command, option
from spbe_cli.language import text
from spbe_cli.new_pack import make_pack, new_pack
from spbe_cli.options import FORMAT, LANG
from spbe_cli.render import write_json, write_line


@command("rules-new")
@argument("pack_name")
@option("--into", type=click.Path(path_type=Path), default=".")
@FORMAT
@LANG
def rules_new(pack_name: str, into: Path, output: str) -> None:
    """Make the project and say what to do next."""
    made = make_pack(new_pack(pack_name), into)
    if output == "json":
        files = sorted(str(file.relative_to(made)) for file in made.rglob("*") if file.is_file())
        write_json({"folder": str(made), "files": files})
        return
    write_line(text("rules.made", folder=made))
    write_line(text("rules.next", folder=made))
