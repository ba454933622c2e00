"""Whether everything that was recorded was recorded by somebody who might, as roles and permissions then were."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from itertools import islice

import attrs

from spbe_core.errors import NotPermittedError, SpbeError, StoreError
from spbe_core.evaluation.fold import fold
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import ActorAppointed, EvaluationOpened, Event, IndicatorScored, ItemJudged, PermissionsAdopted
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.finding import Finding
from spbe_core.people.duties import Earlier, refuse_own_cause
from spbe_core.people.permissions import Permissions, adopted_permissions
from spbe_core.people.permitted import refuse_unless_allowed
from spbe_core.people.recorded_action import IMPORT, recorded_action, recorded_actions_on_people
from spbe_core.people.roster import STREAM, Actor, Roster, fold_people
from spbe_core.ports import EventLog, StoredEvent


@attrs.frozen
class _Standing:
    """What whoever recorded an event was when they did.

    Attributes:
        actor: with the roles they held then.
        table: the permissions that were adopted last.
        importing: whether the event may be part of an import: it follows the opening of its evaluation without anything
            in between, in the name of the same actor.
    """

    actor: Actor
    table: Permissions
    importing: bool


class Appointed:
    """Who recorded each event and as what; the log is read once, in its order, since who may do what is a matter of it.

    Nothing is asked of what was recorded before the first appointment, nor whether a role allowed it before permissions
    were adopted: by which ones it was allowed is then not known. Which unit a respondent's task was is not asked again.

    Args:
        log: the whole of it is read.
        streams: evaluations to speak of; the people themselves always are.
    """

    def __init__(self, log: EventLog, streams: Collection[str]) -> None:
        self.findings: list[Finding] = []
        self._log = log
        self._roster = Roster()
        self._table: Permissions | None = None
        self._opening: tuple[str, str] | None = None
        self._positions: dict[str, array[int]] = {}
        self._standings: dict[str, list[_Standing | None]] = {name: [] for name in streams}
        self._known: dict[tuple[str, bool], _Standing | None] = {}
        self._folded: dict[EvaluationId, Evaluation | None] = {}
        for stored in log.stored():
            self._take(stored)

    def differences(self, name: str, version: int, event: Event, state: Evaluation | None) -> Iterator[Finding]:
        """Say that an event of an evaluation was not permitted to whoever recorded it.

        Args:
            name: of its stream.
            version: its place in there.
            event: what was recorded.
            state: the evaluation before it.
        """
        standings = self._standings[name]
        standing = standings[version - 1] if version <= len(standings) else None  # or recorded since the log was read
        if standing is None:
            return
        facts = {"id": name, "version": version, "topic": event.TOPIC}
        if isinstance(event, IndicatorScored | ItemJudged) and event.basis == "import" and not standing.importing:
            yield Finding("audit-impossible", {**facts, "respect": "import"}, "difference")
        problem = _refusal(standing, event, name, state, self._earlier_than(self._positions[name][version - 1]))
        if problem is not None:
            yield Finding("audit-not-permitted", {**facts, "by": event.by, "reason": problem.words()}, "difference")

    def _take(self, stored: StoredEvent) -> None:
        if self._opening is not None and self._opening[0] != stored.stream:
            self._opening = None
        if stored.stream != STREAM:
            self._positions.setdefault(stored.stream, array("q")).append(stored.position)
        try:
            event = stored.event()
        except SpbeError as problem:
            if stored.stream == STREAM:  # whoever reads another stream says so
                self._find("audit-unreadable", stored, reason=problem.words())
            elif stored.stream in self._standings:
                self._standings[stored.stream].append(None)
            return
        spoken_of = stored.stream == STREAM or stored.stream in self._standings
        actor = self._roster.actors.get(event.by)
        if spoken_of and self._roster.managed and (actor is None or not actor.appointments):
            self._find("audit-not-appointed", stored, version=stored.version, topic=event.TOPIC, by=event.by)
        if stored.stream == STREAM:
            self._take_of_people(stored, event)
        elif stored.stream in self._standings:
            self._standings[stored.stream].append(self._standing(stored, event))

    def _take_of_people(self, stored: StoredEvent, event: Event) -> None:
        problem = _refusal_on_people(self._roster, self._table, event)
        if problem is not None:
            facts = {"version": stored.version, "topic": event.TOPIC, "by": event.by}
            self._find("audit-not-permitted", stored, **facts, reason=problem.words())
        try:
            if isinstance(event, PermissionsAdopted):
                self._table = None
                self._table = adopted_permissions(event)
            self._roster = fold_people((event,), self._roster)
        except StoreError as wrong:
            self._find("audit-unreadable", stored, reason=wrong.words())
        self._known.clear()

    def _standing(self, stored: StoredEvent, event: Event) -> _Standing | None:
        if isinstance(event, EvaluationOpened) and stored.version == 1:
            self._opening = (stored.stream, event.by)
        importing = self._opening == (stored.stream, event.by)
        if not importing:
            self._opening = None
        key = (event.by, importing)
        if key not in self._known:
            actor, table = self._roster.actors.get(event.by), self._table
            if actor is None or table is None or not actor.appointments:
                self._known[key] = None
            else:
                self._known[key] = _Standing(actor, table, importing)
        return self._known[key]

    def _earlier_than(self, position: int) -> Earlier:
        def find(evaluation_id: EvaluationId) -> Evaluation | None:
            upto = bisect_left(self._positions.get(str(evaluation_id), ()), position)
            known = self._folded.get(evaluation_id)
            if known is None or known.version != upto:
                events = (one.event for one in islice(self._log.stream(str(evaluation_id)), upto))
                known = self._folded[evaluation_id] = fold(events)
            return known

        return find

    def _find(self, code: str, stored: StoredEvent, **facts: object) -> None:
        self.findings.append(Finding(code, {"id": stored.stream, **facts}, "difference"))


def _refusal(
    standing: _Standing, event: Event, name: str, state: Evaluation | None, earlier: Earlier
) -> NotPermittedError | None:
    """Return why whoever recorded an event might not, None where they might."""
    agency = name.partition("/")[0]
    action = recorded_action(event)
    first: NotPermittedError | None = None
    for one in dict.fromkeys((action, IMPORT) if standing.importing else (action,)):
        try:
            refuse_unless_allowed(standing.table, standing.actor, one, agency, lambda _unit, _action: True)
            refuse_own_cause(standing.actor, one, agency, state, earlier)
        except NotPermittedError as problem:
            first = first or problem
        except (SpbeError, LookupError, ValueError):  # an earlier evaluation, or this event, is damaged: told elsewhere
            return None
        else:
            return None
    return first


def _refusal_on_people(roster: Roster, table: Permissions | None, event: Event) -> NotPermittedError | None:
    actor = roster.actors.get(event.by)
    if table is None or actor is None or not actor.appointments:
        return None
    if isinstance(event, ActorAppointed) and event.actor == event.by:
        return NotPermittedError("appoints-self", actor=event.by)
    actions, agency = recorded_actions_on_people(event, roster)
    try:
        for action in actions:
            refuse_unless_allowed(table, actor, action, agency, lambda _unit, _action: False)
    except NotPermittedError as problem:
        return problem
    return None
