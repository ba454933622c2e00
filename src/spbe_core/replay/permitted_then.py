"""Whether everything that was recorded was recorded by somebody who might, as roles and permissions then were."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, Self

import attrs

from spbe_core.errors import NotPermittedError, SpbeError, StoreError
from spbe_core.evaluation.state import Evaluation
from spbe_core.events import EvaluationOpened, Event, IndicatorScored, ItemJudged, PermissionsAdopted
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.finding import Finding
from spbe_core.people.action import Action
from spbe_core.people.adoption import adopted_permissions
from spbe_core.people.duties import Earlier, refuse_own_cause, refuse_self_appointment
from spbe_core.people.permissions import Permissions
from spbe_core.people.permitted import refuse_unless_allowed
from spbe_core.people.recorded_action import IMPORT, recorded_action, recorded_actions_on_people
from spbe_core.people.roster import STREAM, Actor, Roster, fold_people
from spbe_core.ports import EventLog, StoredEvent
from spbe_core.service.permission import earlier_evaluation

_WAITED: Final = timedelta(minutes=10)
"""By how much an event may be dated after one that was recorded later: clocks differ."""


@attrs.frozen
class _Recorder:
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


class PermittedThen:
    """Who recorded each event and as what.

    Nothing is asked of what was recorded before the first appointment, nor whether a role allowed it before permissions
    were adopted: by which ones it was allowed is then not known. Nor of what follows an event of the people that cannot
    be read. Which unit a respondent's task was is not asked again.

    Args:
        log: where the evaluations are that evidence was carried over from.
        findings: what was found in reading who the people were.
        recorders: stream -> version -> who recorded that event, None where nothing is asked.
        positions: stream -> where in the log each of its events is.
    """

    def __init__(
        self,
        log: EventLog,
        findings: Sequence[Finding],
        recorders: Mapping[str, Mapping[int, _Recorder | None]],
        positions: Mapping[str, Sequence[int]],
    ) -> None:
        self.findings = findings
        self._log, self._recorders, self._positions = log, recorders, positions
        self._earlier: dict[EvaluationId, tuple[int, Evaluation | SpbeError | None]] = {}

    @classmethod
    def read(cls, log: EventLog, streams: Collection[str]) -> Self:
        """Read the whole log once, in its order, since who may do what is a matter of it.

        Args:
            log: what was recorded.
            streams: evaluations to speak of; the people themselves always are.
        """
        reading = _Reading(streams)
        for stored in log.stored():
            reading.take(stored)
        return cls(log, reading.findings, reading.recorders, reading.positions)

    def differences(self, name: str, version: int, event: Event, state: Evaluation | None) -> Iterator[Finding]:
        """Say that an event of an evaluation was not permitted to whoever recorded it, or that this cannot be told.

        Args:
            name: of its stream.
            version: its place in there.
            event: what was recorded.
            state: the evaluation before it.
        """
        recorder = self._recorders[name].get(version)  # or recorded since the log was read
        if recorder is None:
            return
        code = "audit-not-permitted"
        try:
            problem: SpbeError | None = _refusal(
                recorder, event, name, state, self._earlier_than(self._positions[name][version - 1])
            )
        except StoreError as unreadable:
            code, problem = "audit-permission-unknown", unreadable
        if problem is not None:
            facts = {"id": name, "version": version, "topic": event.TOPIC, "by": event.by, "reason": problem.words()}
            yield Finding(code, facts, "difference")

    def _earlier_than(self, position: int) -> Earlier:
        def find(evaluation_id: EvaluationId) -> Evaluation | None:
            upto = bisect_left(self._positions.get(str(evaluation_id), ()), position)
            version, known = self._earlier.get(evaluation_id, (-1, None))
            if version != upto:
                try:
                    known = earlier_evaluation(evaluation_id, islice(self._log.stream(str(evaluation_id)), upto))
                except StoreError as unreadable:
                    known = unreadable
                self._earlier[evaluation_id] = (upto, known)
            if isinstance(known, SpbeError):
                raise known
            return known

        return find


class _Reading:
    """The people and permissions as they were at each event, while the log is read."""

    def __init__(self, streams: Collection[str]) -> None:
        self.findings: list[Finding] = []
        self.recorders: dict[str, dict[int, _Recorder | None]] = {name: {} for name in streams}
        self.positions: dict[str, array[int]] = {}
        self._roster: Roster | None = Roster()  # None once an event of the people could not be read
        self._table: Permissions | None = None
        self._latest: dict[str, datetime] = {}
        self._opening: tuple[str, str] | None = None
        self._known: dict[tuple[str, bool], _Recorder | None] = {}

    def take(self, stored: StoredEvent) -> None:
        if self._opening is not None and self._opening[0] != stored.stream:
            self._opening = None
        if stored.stream != STREAM:
            self.positions.setdefault(stored.stream, array("q")).append(stored.position)
        if self._roster is None or (stored.stream != STREAM and stored.stream not in self.recorders):
            return
        expected = self._roster.version + 1
        try:
            if stored.stream == STREAM and stored.version != expected:
                raise StoreError("history-gap", stream=STREAM, version=expected)
            event = stored.event()
        except SpbeError as problem:
            if stored.stream == STREAM:
                self._lose(stored, problem)
            else:  # whoever reads that stream says so
                self.recorders[stored.stream][stored.version] = None
            return
        actor = self._roster.actors.get(event.by)
        if self._roster.managed and (actor is None or not actor.appointments):
            self._find("audit-not-appointed", stored, version=stored.version, topic=event.TOPIC, by=event.by)
        if stored.stream == STREAM:
            self._take_of_people(self._roster, stored, event)
        else:
            self._ask_of_order(stored, event)
            self.recorders[stored.stream][stored.version] = self._recorder(self._roster, stored, event)

    def _ask_of_order(self, stored: StoredEvent, event: Event) -> None:
        """Say what was moved: who may do what is a matter of order, so whoever moves events moves rights."""
        if stored.position < 1 or stored.version < max(self.recorders[stored.stream], default=0):
            self._find("audit-impossible", stored, version=stored.version, topic=event.TOPIC, respect="order")
        self._latest[stored.stream] = max(event.at, self._latest.get(stored.stream, event.at))

    def _tell_of_times(self, event: Event) -> None:
        """Remark which histories lie before an event of the people and are dated after it; a clock may be wrong."""
        for stream in [name for name, at in self._latest.items() if at > event.at + _WAITED]:
            facts = {"id": stream, "at": self._latest.pop(stream), "people": event.at}
            self.findings.append(Finding("audit-dated-after-people", facts))

    def _take_of_people(self, roster: Roster, stored: StoredEvent, event: Event) -> None:
        problem = _refusal_on_people(roster, self._table, event)
        if problem is not None:
            facts = {"version": stored.version, "topic": event.TOPIC, "by": event.by}
            self._find("audit-not-permitted", stored, **facts, reason=problem.words())
        self._known.clear()
        self._tell_of_times(event)
        try:
            self._roster = fold_people((event,), roster)
        except StoreError as wrong:
            self._lose(stored, wrong)
            return
        if isinstance(event, PermissionsAdopted):
            try:
                self._table = adopted_permissions(event)
            except StoreError as wrong:
                self._table = None
                self._find("audit-unreadable", stored, reason=wrong.words())

    def _lose(self, stored: StoredEvent, problem: SpbeError) -> None:
        """Ask nothing any more: honest people would be accused, and somebody who was dismissed would pass."""
        self._roster = None
        self._find("audit-unreadable", stored, reason=problem.words())

    def _recorder(self, roster: Roster, stored: StoredEvent, event: Event) -> _Recorder | None:
        if isinstance(event, EvaluationOpened) and stored.version == 1:
            self._opening = (stored.stream, event.by)
        importing = self._opening == (stored.stream, event.by)
        if not importing:
            self._opening = None
        key = (event.by, importing)
        if key not in self._known:
            actor, table = roster.actors.get(event.by), self._table
            if actor is None or table is None or not actor.appointments:
                self._known[key] = None
            else:
                self._known[key] = _Recorder(actor, table, importing)
        return self._known[key]

    def _find(self, code: str, stored: StoredEvent, **facts: object) -> None:
        self.findings.append(Finding(code, {"id": stored.stream, **facts}, "difference"))


def _refusal(
    recorder: _Recorder, event: Event, name: str, state: Evaluation | None, earlier: Earlier
) -> NotPermittedError | None:
    """Return why whoever recorded an event might not, None where they might.

    Raises:
        StoreError: an evaluation that evidence was carried over from cannot be read.
    """
    agency = name.partition("/")[0]
    first: NotPermittedError | None = None
    for action in _may_be(event, recorder):
        try:
            refuse_unless_allowed(recorder.table, recorder.actor, action, agency, lambda _unit, _action: True)
            refuse_own_cause(recorder.actor, action, agency, state, earlier)
        except NotPermittedError as problem:
            first = first or problem
        else:
            return None
    return first


def _may_be(event: Event, recorder: _Recorder) -> tuple[Action, ...]:
    """Return what an event may have been, one of which must have been permitted."""
    if not recorder.importing:
        return (recorded_action(event),)
    if isinstance(event, IndicatorScored | ItemJudged) and event.basis == "import":
        return (IMPORT,)
    return (recorded_action(event), IMPORT)


def _refusal_on_people(roster: Roster, table: Permissions | None, event: Event) -> NotPermittedError | None:
    actor = roster.actors.get(event.by)
    if table is None or actor is None or not actor.appointments:
        return None
    actions, agency = recorded_actions_on_people(event, roster)
    try:
        refuse_self_appointment(event)
        for action in actions:
            refuse_unless_allowed(table, actor, action, agency, lambda _unit, _action: False)
    except NotPermittedError as problem:
        return problem
    return None
