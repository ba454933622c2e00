"""An edition for programs in any language: as JSON, and as test vectors."""

import click

from spbe_cli.command import argument, command, option
from spbe_cli.options import LANG
from spbe_cli.render import write_json
from spbe_cli.values import Year
from spbe_core.exchange.edition_json import edition_json
from spbe_core.exchange.vectors_json import vectors_members
from spbe_core.library import installed_rules
from spbe_core.service.choose_edition import choose_edition
from spbe_core.vectors.generate import vectors_of


@command("editions-export")
@argument("edition_id")
@option("--year", key="guidance_year", type=Year())
@LANG
def editions_export(edition_id: str, year: int | None) -> None:
    """Write an edition as JSON."""
    click.echo(edition_json(choose_edition(installed_rules(), edition_id, year)))


@command("editions-vectors")
@argument("edition_id")
@LANG
def editions_vectors(edition_id: str) -> None:
    """Write the test vectors of an edition."""
    edition = installed_rules().edition(edition_id)
    write_json(vectors_members(edition, vectors_of(installed_rules(), edition_id)))
