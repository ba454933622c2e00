"""Opening an evaluation: its edition is registered, once per digest, and pinned."""

from spbe_core.errors import InputError
from spbe_core.evaluation.commands import OpenEvaluation
from spbe_core.evaluation.decide import decide
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.model.edition import Edition
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.ports import Append, Ports, Rulebook
from spbe_core.service.choose_edition import choose_edition
from spbe_core.service.permission import Permission
from spbe_core.service.recording import mark, persistently, registration


def open_evaluation(
    ports: Ports,
    evaluation_id: EvaluationId,
    agency_name: str,
    edition_id: str | None,
    process: str | None,
    by: str,
) -> Evaluation:
    """Open an agency's evaluation of a year.

    Args:
        ports: log, rulebook and clock.
        evaluation_id: agency and year.
        agency_name: official name.
        edition_id: which edition; by default the one in force that year.
        process: kind of evaluation; by default the edition's last, which has the most stages.
        by: pseudonymous actor id.

    Raises:
        InputError: the edition or process is unknown, a draft, or not of that year.
        RecordError: ``evaluation-already-open``.
        NotPermittedError: the actor may not open it.
    """
    edition = edition_for_result(ports.rulebook, edition_id, evaluation_id.year)
    command = OpenEvaluation(
        id=evaluation_id,
        agency_name=agency_name,
        edition=edition,
        process=process,
    )

    def attempt() -> Evaluation:
        existing = fold(recorded.event for recorded in ports.log.stream(str(evaluation_id)))
        permission = Permission(ports.log)
        permission.ask(by, command, evaluation_id.agency)
        events = decide(existing, command, mark(ports, by))
        appends = [*registration(ports, edition, by), Append(str(evaluation_id), 0, events)]
        ports.log.append(*permission.held(events[0]), *appends)
        opened = fold(events)
        assert opened is not None  # noqa: S101 - an opening event always folds
        return opened

    return persistently(attempt)


def edition_for_result(rulebook: Rulebook, edition_id: str | None, year: int) -> Edition:
    """Return the edition a result of a year may be made under.

    Raises:
        InputError: ``year-outside-edition``, ``edition-is-draft``, ``unknown-edition`` or ``no-edition-for-year``.
    """
    if edition_id is not None and rulebook.edition(edition_id).lifecycle == "draft":
        raise InputError("edition-is-draft", edition=edition_id)
    return choose_edition(rulebook, edition_id, year)
