"""Whether everything that was recorded was recorded by somebody who held a role at that moment."""

from collections.abc import Collection, Iterator

from spbe_core.errors import SpbeError
from spbe_core.events import ActorAppointed, ActorDismissed, PersonErased
from spbe_core.model.finding import Finding
from spbe_core.people.roster import STREAM, Appointment, kept
from spbe_core.ports import EventLog


def appointment_differences(log: EventLog, streams: Collection[str]) -> Iterator[Finding]:
    """Say which events stand in the name of somebody who was unknown, dismissed or erased by then.

    Before the first appointment nobody is asked. What a role allows is not asked again: a later version may know
    better, and what was recorded was allowed by the one that recorded it.

    Args:
        log: the whole of it is read, since who holds a role is a matter of order.
        streams: evaluations to speak of; the people themselves always are.
    """
    managed, held = False, dict[str, tuple[Appointment, ...]]()
    for stored in log.stored():
        try:
            event = stored.event()
        except SpbeError as problem:
            if stored.stream == STREAM:  # whoever reads another stream says so
                yield Finding("audit-unreadable", {"id": STREAM, "reason": problem.words()}, "difference")
            continue
        if managed and not held.get(event.by) and (stored.stream in streams or stored.stream == STREAM):
            facts = {"id": stored.stream, "version": stored.version, "topic": event.TOPIC, "by": event.by}
            yield Finding("audit-not-appointed", facts, "difference")
        if stored.stream != STREAM:
            continue
        if isinstance(event, ActorAppointed):
            managed = True
            held[event.actor] = (*held.get(event.actor, ()), Appointment(event.role, event.unit))
        elif isinstance(event, ActorDismissed):
            held[event.actor] = kept(held.get(event.actor, ()), event.role, event.unit)
        elif isinstance(event, PersonErased):
            held[event.actor] = ()
