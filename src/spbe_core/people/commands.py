"""What is asked of the roster, as values: nothing has happened yet."""

import attrs


@attrs.frozen(kw_only=True)
class RegisterUnit:
    """Enter a unit of an agency, or give it another name."""

    agency: str
    unit: str
    name: str


@attrs.frozen(kw_only=True)
class CloseUnit:
    """End a unit of an agency."""

    agency: str
    unit: str
    reason: str


@attrs.frozen(kw_only=True)
class AppointActor:
    """Give an actor a role."""

    actor: str
    role: str
    agency: str | None = None
    unit: str | None = None
    ground: str = ""


@attrs.frozen(kw_only=True)
class DismissActor:
    """End roles of an actor: all of them, or what is named."""

    actor: str
    reason: str
    role: str | None = None
    unit: str | None = None


@attrs.frozen(kw_only=True)
class ErasePerson:
    """Forget who an actor is."""

    actor: str
    ground: str


PeopleCommand = RegisterUnit | CloseUnit | AppointActor | DismissActor | ErasePerson
