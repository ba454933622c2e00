"""Which permissions a store works under: the whole table becomes a fact before the first thing it allows."""

import msgspec

from spbe_core.errors import RulesError, StoreError
from spbe_core.evaluation.decisions.mark import Mark
from spbe_core.events import Event, PermissionsAdopted
from spbe_core.people.permissions import Permissions, permissions, read_table
from spbe_core.people.roster import Roster


def adoption(roster: Roster, mark: Mark) -> tuple[Event, ...]:
    """Return what must be recorded before something that is permitted: nothing where its table was the last adopted.

    In a store in which nobody was ever appointed nobody is asked, and so nothing is adopted.

    Args:
        roster: as it stands.
        mark: by whom and when that is recorded.
    """
    table = permissions()
    if not roster.managed or roster.permissions == table.digest:
        return ()
    at = mark.at if roster.changed_at is None else max(mark.at, roster.changed_at)
    return (PermissionsAdopted(at=at, by=mark.by, digest=table.digest, document=table.document),)


def adopted_permissions(event: PermissionsAdopted) -> Permissions:
    """Read permissions as they were adopted, also those of a version that knew other commands, stages or roles.

    Raises:
        StoreError: ``permissions-record-wrong`` where they cannot be read or are not those of the digest.
    """
    try:
        table = read_table(msgspec.json.decode(event.document))
    except (msgspec.DecodeError, RulesError, RecursionError) as problem:
        raise StoreError("permissions-record-wrong", digest=event.digest) from problem
    if table.document != event.document or table.digest != event.digest:
        raise StoreError("permissions-record-wrong", digest=event.digest)
    return table
