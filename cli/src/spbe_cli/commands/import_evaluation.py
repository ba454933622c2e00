"""Taking in a whole evaluation from one file."""

from pathlib import Path

import click

from spbe_cli.command import argument, command, option
from spbe_cli.language import text
from spbe_cli.options import recording
from spbe_cli.store import done, opened
from spbe_core.errors import SpbeError
from spbe_core.exchange.evaluation_file import read_evaluation_csv, read_evaluation_json
from spbe_core.exchange.text_file import read_bytes
from spbe_core.service.import_evaluation import EvaluationImport


@command("import-evaluation")
@argument("file", key="evaluation-file", type=click.Path(path_type=Path))
@option("--id", "evaluation_id")
@option("--name")
@option("--edition")
@option("--process")
@option("--decree")
@option("--evidence-outside", is_flag=True)
@recording
def import_evaluation(
    file: Path,
    evaluation_id: str | None,
    name: str | None,
    edition: str | None,
    process: str | None,
    decree: str | None,
    evidence_outside: bool,
    by: str,
    store: str | None,
    output: str,
) -> None:
    """Record a whole evaluation, or nothing of it."""
    try:
        source = _read(file, evaluation_id, name, edition, process, decree)
    except SpbeError as problem:
        raise problem.at(at_file=file) if "file" not in problem.parameters else problem from None
    with opened(store) as spbe:
        taken = spbe.import_evaluation(source, folder=file.parent, outside=evidence_outside, by=by)
        done(output, "import", {"id": str(taken.id), "events": taken.version})


def _read(
    file: Path,
    evaluation_id: str | None,
    name: str | None,
    edition: str | None,
    process: str | None,
    decree: str | None,
) -> EvaluationImport:
    content = read_bytes(file)
    if file.suffix.lower() == ".json" or content.lstrip()[:1] == b"{":
        if any(one is not None for one in (evaluation_id, name, edition, process, decree)):
            raise click.UsageError(text("failures.json-says-it"), click.get_current_context())
        return read_evaluation_json(content)
    if evaluation_id is None or name is None:
        raise click.UsageError(text("failures.csv-needs"), click.get_current_context())
    return read_evaluation_csv(content, evaluation_id, name, edition, process, decree)
