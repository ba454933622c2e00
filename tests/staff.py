"""People for a store, and each command in the name of one of them who may give it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from spbe_core import Spbe

GIVERS: Final[Mapping[str, str]] = {
    "open_evaluation": "koor",
    "submit_evidence": "entri",
    "submit_link": "entri",
    "cover_with_evidence": "entri",
    "carry_over_evidence": "entri",
    "withdraw_evidence": "entri",
    "assign_work": "koor",
    "raise_objection": "koor",
    "answer_objection": "penetap",
    "determine": "penetap",
    "reopen": "penetap",
    "import_evaluation": "penetap",
    "erase_content": "penetap",
    "enter_external_scores": "ekstern",
}
"""Command -> who gives it, whatever it is about."""
AT_SELF: Final[Mapping[str, str]] = {"assess": "entri", "judge_items": "intern", "close_stage": "koor"}
"""Command -> who gives it at the self assessment; the external assessor does at any other stage."""


class Staffed:
    """A store that does what it is told in the name of whoever may.

    Args:
        spbe: the store.
    """

    def __init__(self, spbe: Spbe) -> None:
        self._spbe = spbe

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._spbe, name)
        if name in GIVERS:
            return partial(member, by=GIVERS[name])
        return partial(self._at_stage, member, AT_SELF[name]) if name in AT_SELF else member

    @staticmethod
    def _at_stage(command: Callable[..., object], at_self: str, *given: Any, **named: Any) -> object:
        stage = named.get("stage", given[-1])  # the last one where it has no name, as closing has it
        return command(*given, **named, by=at_self if stage == "self" else "ekstern")


def employ(spbe: Spbe, agency: str, units: tuple[str, ...] = ()) -> None:
    """Appoint everybody that :class:`Staffed` names, for one agency."""
    people = spbe.people
    people.appoint("determiner", actor="penetap")
    people.appoint("coordinator", actor="koor", agency=agency, by="penetap")
    people.appoint("data-entry", actor="entri", agency=agency, by="koor")
    people.appoint("internal-assessor", actor="intern", agency=agency, by="koor")
    people.appoint("external-assessor", actor="ekstern", agency="univ", by="penetap")
    for unit in units:
        people.register_unit(agency, unit, name=unit, by="koor")
