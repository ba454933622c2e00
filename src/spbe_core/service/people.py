"""The people of a store: who holds which role, which units there are, and who the actors are."""

import secrets
from collections.abc import Callable, Mapping, Sequence

from spbe_core.errors import InputError, NotPermittedError
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.evaluation.decisions.requirements import require_text
from spbe_core.messages import LANGUAGES, words
from spbe_core.model.actor import DEFAULT_ACTOR, Person
from spbe_core.model.evaluation_id import EvaluationId
from spbe_core.model.text_limits import refuse_too_long
from spbe_core.people.action import Action, taking
from spbe_core.people.commands import (
    AppointActor,
    CloseUnit,
    DismissActor,
    ErasePerson,
    PeopleCommand,
    RegisterUnit,
)
from spbe_core.people.decide import decide_people
from spbe_core.people.permissions import checked_kind
from spbe_core.people.roster import STREAM, Actor, Roster, Unit, fold_people
from spbe_core.ports import Append, Ports, Recorded
from spbe_core.service.permission import Permission, roster_of
from spbe_core.service.recording import load, persistently


class People:
    """Appoints, dismisses, registers and forgets; ``Spbe.people`` is one."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def appoint(
        self,
        role: str,
        *,
        actor: str | None = None,
        agency: str | None = None,
        unit: str | None = None,
        name: str | None = None,
        contact: str = "",
        ground: str = "",
        by: str = DEFAULT_ACTOR,
    ) -> Actor:
        """Give an actor a role; the first of a store is a determiner.

        To appoint somebody to what they are already records nothing and puts the name right.

        Args:
            role: e.g. ``internal-assessor``.
            actor: pseudonymous id; by default a random one.
            agency: code of the agency they work in.
            unit: code of the unit a respondent answers for.
            name: who they are; kept in the directory and nowhere else.
            contact: how to reach them; the same.
            ground: the decree or letter that appoints; it goes into the record, so it should name nobody.
            by: pseudonymous id of whoever appoints.

        Raises:
            InputError: the role or unit is unknown, or something is missing or malformed.
            NotPermittedError: whoever asks may not appoint to this role.
            RecordError: the actor works for another side or agency.
        """
        person = None if name is None else _checked(Person(name, contact))
        chosen = f"a-{secrets.token_hex(5)}" if actor is None else actor
        roster = self._record(AppointActor(actor=chosen, role=role, agency=agency, unit=unit, ground=ground), by)
        if person is not None:
            self._ports.directory.put(chosen, person)
            roster = roster_of(self._ports.log)
            if roster.actors[chosen].erased is not None:  # since it was recorded; that erasure did not see the name
                self._ports.directory.erase(chosen)
        return roster.actors[chosen]

    def dismiss(
        self,
        actor: str,
        *,
        reason: str,
        role: str | None = None,
        unit: str | None = None,
        by: str = DEFAULT_ACTOR,
    ) -> Actor:
        """End roles of an actor; what they did stays.

        Args:
            actor: pseudonymous id.
            reason: why.
            role: the one that ends; by default every role.
            unit: where it ends; by default in every unit.
            by: pseudonymous id of whoever dismisses.

        Raises:
            InputError: ``unknown-actor``, ``unknown-role`` or ``text-missing``.
            NotPermittedError: whoever asks may not.
            RecordError: ``actor-holds-nothing`` or ``last-determiner``.
        """
        return self._record(DismissActor(actor=actor, reason=reason, role=role, unit=unit), by).actors[actor]

    def register_unit(self, agency: str, unit: str, *, name: str, by: str = DEFAULT_ACTOR) -> Unit:
        """Enter a unit of an agency, or give it another name.

        Raises:
            InputError: ``code-malformed`` or ``text-missing``.
            NotPermittedError: whoever asks may not.
        """
        return self._record(RegisterUnit(agency=agency, unit=unit, name=name), by).units[agency, unit]

    def close_unit(self, agency: str, unit: str, *, reason: str, by: str = DEFAULT_ACTOR) -> Unit:
        """End a unit: it gets no tasks and no respondents any more; what it has stays until that is reassigned.

        To register it again opens it again.

        Raises:
            InputError: ``unknown-unit``, ``unit-is-closed`` or ``text-missing``.
            NotPermittedError: whoever asks may not.
        """
        return self._record(CloseUnit(agency=agency, unit=unit, reason=reason), by).units[agency, unit]

    def erase(self, actor: str, *, ground: str, by: str = DEFAULT_ACTOR) -> Actor:
        """Forget who an actor is; the record says that, when and on what ground, and stays verifiable.

        It may be repeated: whatever a failure left behind then goes.

        Raises:
            InputError: ``unknown-actor`` or ``text-missing``.
            NotPermittedError: whoever asks may not.
            RecordError: ``last-determiner``.
            StoreError: ``erasure-unfinished``.
        """
        roster = self._record(ErasePerson(actor=actor, ground=ground), by)
        self._ports.directory.erase(actor)
        return roster.actors[actor]

    def actors(self) -> Sequence[Actor]:
        """Return every actor, dismissed and erased ones included, in order of their first appointment."""
        return tuple(roster_of(self._ports.log).actors.values())

    def units(self, agency: str | None = None) -> Sequence[Unit]:
        """Return every unit, or those of one agency, closed ones included."""
        units = roster_of(self._ports.log).units.values()
        return tuple(one for one in units if agency in {None, one.agency})

    def history(self) -> Sequence[Recorded]:
        """Return every event of people and units, oldest first."""
        return tuple(self._ports.log.stream(STREAM))

    def name_of(self, actor: str) -> str | None:
        """Return who an actor is, None where that is not known or was erased."""
        person = self.directory().get(actor)
        return None if person is None else person.name

    def directory(self) -> Mapping[str, Person]:
        """Return who the actors are, by id, without those who were erased."""
        erased = {one.id for one in self.actors() if one.erased is not None}
        return {id_: person for id_, person in self._ports.directory.people().items() if id_ not in erased}

    def naming(self) -> Callable[[str], Mapping[str, str]]:
        """Return a function that shows an actor id in each language, with the name beside it or that it was erased."""
        named: dict[str, Mapping[str, str]] = {
            id_: dict.fromkeys(LANGUAGES, person.name) for id_, person in self.directory().items()
        }
        for one in self.actors():
            if one.erased is not None:
                named[one.id] = words("person-erased")

        def shown(actor: str) -> Mapping[str, str]:
            known = named.get(actor)
            return {language: actor if known is None else f"{actor} ({known[language]})" for language in LANGUAGES}

        return shown

    def may(
        self,
        actor: str,
        command: str,
        *,
        kind: str | None = None,
        agency: str | None = None,
        evaluation: str | None = None,
        indicators: Sequence[str] = (),
        items: Sequence[str] = (),
        evidence: str | None = None,
        objection: str | None = None,
    ) -> bool:
        """Say whether an actor may give a command, for a program that asks before it offers or shows something.

        With the evaluation, all duties that are kept apart count as well; without it, only that nobody judges an agency
        they worked for, and no unit has a task yet.

        Args:
            actor: pseudonymous id.
            command: e.g. ``read`` or ``assess``.
            kind: the stage, or the role to be given or taken.
            agency: whose evaluation, unit or colleague it is about; with an evaluation, its agency.
            evaluation: which it is about.
            indicators: which it is about, the indicators of the items among them.
            items: which it is about.
            evidence: the document that it withdraws or supersedes.
            objection: the one that is answered.

        Raises:
            InputError: ``unknown-action``, ``unknown-role``, ``unknown-evidence`` or ``evaluation-id-malformed``.
            RecordError: ``evaluation-unknown``.
            StoreError: ``earlier-unreadable``: an evaluation that evidence was carried over from cannot be read, so it
                is not known who had a part in it.
        """
        asked = Action(command, checked_kind(command, kind), tuple(indicators), tuple(items), objection=objection)
        state = None if evaluation is None else load(self._ports.log, EvaluationId.parse(evaluation))
        if evidence is not None:
            if state is None or evidence not in state.evidence:
                raise InputError("unknown-evidence", id=evaluation, evidence=evidence)
            asked = taking(asked, evidence, state)
        place = agency if state is None else state.id.agency
        try:
            Permission(self._ports.log).ask(actor, asked, place, state)
        except NotPermittedError:
            return False
        return True

    def _record(self, command: PeopleCommand, by: str) -> Roster:
        def attempt() -> Roster:
            roster = roster_of(self._ports.log)
            now = self._ports.clock()
            mark = Mark(now if roster.changed_at is None else max(now, roster.changed_at), by)
            events = decide_people(roster, command, mark)
            if events:
                self._ports.log.append(Append(STREAM, roster.version, events))
            return fold_people(events, roster)

        return persistently(attempt)


def _checked(person: Person) -> Person:
    require_text(person.name, "name")
    refuse_too_long(person)
    return person
