"""Hypothesis strategies: editions and their values, texts, moments, and histories as the service could record them."""

import string
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, get_args

from arrangements import small_edition
from hypothesis import strategies as st

from spbe_core.events import (
    ActorAppointed,
    ActorDismissed,
    CardRecord,
    ContentErased,
    EditionRegistered,
    EvaluationOpened,
    EvaluationReopened,
    Event,
    EvidenceCoverageAdded,
    EvidenceSubmitted,
    EvidenceSuperseded,
    EvidenceWithdrawn,
    IndicatorScored,
    ItemJudged,
    ObjectionAnswered,
    ObjectionRaised,
    PermissionsAdopted,
    PersonErased,
    ResultDetermined,
    StageClosed,
    UnitClosed,
    UnitRegistered,
    WorkAssigned,
)
from spbe_core.events.objection import Outcome
from spbe_core.model.citation import Citation
from spbe_core.model.document import DocumentFacts
from spbe_core.model.edition import (
    Edition,
    GradeBand,
    GradePractice,
    Indicator,
    LevelName,
    Node,
    Process,
    Stage,
)
from spbe_core.model.exact import exact_text
from spbe_core.model.scale import Scale
from spbe_core.model.verdict import VERDICT_KINDS

# -- plain values -------------------------------------------------------------------------------------------------

fractions = st.builds(Fraction, st.integers(-(10**9), 10**9), st.integers(1, 10**6))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.text(string.ascii_letters + " ", min_size=1, max_size=12)
digests = st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:{}".format)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2199, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
days = st.dates(date(1990, 1, 1), date(2199, 12, 31))
numbers_as_text = fractions.map(exact_text)

# -- editions -----------------------------------------------------------------------------------------------------


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Draw a consistent edition: weights sum exactly tier by tier, to 100; with domains or with aspects on top."""
    with_domains = draw(st.booleans())
    shape = draw(st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=3))
    leaves = sum(sum(aspects) for aspects in shape)
    weight = st.builds(Fraction, st.integers(1, 40), st.sampled_from([1, 2, 3, 4, 7]))
    raw = draw(st.lists(weight, min_size=leaves, max_size=leaves))
    whole = sum(raw, Fraction(0))
    weights = iter([100 * one / whole for one in raw])
    domains: list[Node] = []
    aspects: list[Node] = []
    indicators: list[Indicator] = []
    for sizes in shape:
        domain, below = f"D{len(domains) + 1}" if with_domains else None, Fraction(0)
        for size in sizes:
            aspect = f"A{len(aspects) + 1}"
            own = [next(weights) for _ in range(size)]
            for leaf_weight in own:
                number = str(len(indicators) + 1)
                indicators.append(Indicator(number, draw(names), leaf_weight, aspect, "process", "s"))
            aspects.append(Node(aspect, "aspect", draw(names), sum(own, Fraction(0)), domain, "s"))
            below += aspects[-1].weight
        if domain is not None:
            domains.append(Node(domain, "domain", draw(names), below, None, "s"))
    places = draw(st.integers(1, 3))
    minimum, maximum = draw(st.sampled_from([(0, 5), (1, 5), (1, 4), (-1, 3), (0, 1)]))
    hundredths = st.integers(minimum * 10**places + 1, maximum * 10**places)
    floors = sorted(draw(st.sets(hundredths, max_size=4)), reverse=True)
    bands = [GradeBand(f"Predikat {place}", Fraction(floor, 10**places), "s") for place, floor in enumerate(floors)]
    years = tuple(range(2030, 2030 + draw(st.integers(1, 3))))
    basis = st.sampled_from(["exact", "rounded"])
    practised = draw(st.sets(st.sampled_from(years)))
    optional = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    stages = tuple(Stage(f"s{place}", draw(names), skip, "s") for place, skip in enumerate(optional))
    return Edition(
        id="acak-1",
        title=draw(texts),
        index_name="Indeks Acak",
        regulation="Acak 1",
        lifecycle="in_force",
        in_force=draw(days),
        repealed=draw(st.none() | days),
        years=years,
        scale=Scale(
            Fraction(minimum),
            Fraction(maximum),
            draw(st.sampled_from(["integer", "decimal"])),
            draw(st.sampled_from(["refused", "missing"])),
            "s",
        ),
        places=places,
        rounding_source="s",
        default_grade_basis=draw(basis),
        grade_basis_source="s",
        grade_practices=tuple(GradePractice(year, draw(basis), "s") for year in sorted(practised)),
        nodes=(*domains, *aspects),
        indicators=tuple(indicators),
        level_names=(LevelName(minimum, "process", draw(names), "s"),),
        grades=(*bands, GradeBand("Terendah", None, "s")),
        stages=stages,
        processes=(Process("penuh", draw(names), tuple(stage.id for stage in stages), "s"),),
        citations=(Citation("s", draw(names), draw(texts), "medium", draw(texts)),),
    )


def values_of(edition: Edition) -> st.SearchStrategy[Fraction]:
    """Draw one value of an edition's scale."""
    lowest, highest = int(edition.scale.minimum), int(edition.scale.maximum)
    whole = st.integers(lowest, highest).map(Fraction)
    if edition.scale.step == "integer":
        return whole
    thirds = st.integers(3 * lowest, 3 * highest).map(lambda units: Fraction(units, 3))
    fine = st.integers(10**10 * lowest, 10**10 * highest).map(lambda units: Fraction(units, 10**10))
    return whole | thirds | fine


def cards_of(edition: Edition) -> st.SearchStrategy[dict[str, Fraction]]:
    """Draw a value for every indicator of an edition."""
    return st.fixed_dictionaries({indicator.id: values_of(edition) for indicator in edition.indicators})


def cards_with_gaps(edition: Edition) -> st.SearchStrategy[dict[str, Fraction | None]]:
    """Draw a value, or none, for every indicator of an edition."""
    return st.fixed_dictionaries({indicator.id: st.none() | values_of(edition) for indicator in edition.indicators})


@st.composite
def scored_editions(
    draw: st.DrawFn, kinds: Callable[[Edition], st.SearchStrategy[Any]] = cards_of
) -> tuple[Edition, Any, int | None]:
    """Draw an edition, a card of values for it, and a year or none."""
    edition = draw(editions())
    return edition, draw(kinds(edition)), draw(st.none() | st.sampled_from(edition.years))


# -- events -------------------------------------------------------------------------------------------------------

card_records = st.builds(
    CardRecord,
    edition_digest=digests,
    complete=st.booleans(),
    values=st.dictionaries(texts, numbers_as_text, max_size=3),
    nodes=st.dictionaries(texts, numbers_as_text, max_size=3),
    index=st.none() | numbers_as_text,
    grade=st.none() | texts,
    grade_basis=st.sampled_from(["exact", "rounded"]),
    places=st.integers(0, 4),
    missing=st.lists(texts, max_size=3).map(tuple),
    pending=st.lists(texts, max_size=3).map(tuple),
    value_policy=st.none() | texts,
    sources=st.dictionaries(texts, texts, max_size=3),
    bases=st.dictionaries(texts, texts, max_size=3),
    calculated_by=st.dictionaries(texts, texts, max_size=3),
)

document_facts = st.builds(
    DocumentFacts,
    kind=texts,
    number=texts,
    issued=st.none() | days,
    issuer=texts,
    effective=st.none() | days,
    expires=st.none() | days,
)
few_texts = st.lists(texts, max_size=3).map(tuple)

later_members = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=6).map("later_{}".format) | st.just("extra"),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**80), 2**80) | texts,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
        max_leaves=4,
    ),
    max_size=3,
)
"""Members that a later version of the library may have written."""

_MEMBERS: dict[type[Event], dict[str, st.SearchStrategy[Any]]] = {
    EditionRegistered: {"edition": texts, "digest": digests, "document": texts},
    EvaluationOpened: {
        "agency": texts,
        "agency_name": texts,
        "year": st.integers(1900, 2199),
        "edition": texts,
        "edition_digest": digests,
        "process": texts,
        "stages": st.lists(texts, max_size=4).map(tuple),
        "optional_stages": st.lists(texts, max_size=2).map(tuple),
    },
    EvidenceSubmitted: {
        "evidence": texts,
        "title": texts,
        "file_name": texts,
        "digest": st.none() | digests,
        "size": st.none() | st.integers(0, 2**62),
        "media_type": st.none() | texts,
        "link": st.none() | texts,
        "indicators": few_texts,
        "items": few_texts,
        "document": document_facts,
        "carried_from": st.none() | texts,
    },
    EvidenceCoverageAdded: {"evidence": texts, "indicators": few_texts, "items": few_texts},
    WorkAssigned: {
        "indicator": texts,
        "item": st.none() | texts,
        "units": few_texts,
        "responsible": st.none() | texts,
        "deadline": st.none() | days,
        "reason": texts,
    },
    ItemJudged: {
        "stage": texts,
        "item": texts,
        "indicator": texts,
        "verdict": st.sampled_from(VERDICT_KINDS),
        "code": texts,
        "reason": texts,
        "evidence": few_texts,
        "basis": texts,
        "objection": st.none() | texts,
    },
    ObjectionRaised: {
        "objection": texts,
        "stage": texts,
        "indicator": texts,
        "item": st.none() | texts,
        "reason": texts,
        "evidence": few_texts,
    },
    ObjectionAnswered: {"objection": texts, "outcome": st.sampled_from(get_args(Outcome)), "reason": texts},
    EvidenceSuperseded: {"evidence": texts, "successor": texts},
    EvidenceWithdrawn: {"evidence": texts, "reason": texts},
    IndicatorScored: {
        "stage": texts,
        "indicator": texts,
        "value": numbers_as_text,
        "previous": st.none() | numbers_as_text,
        "basis": texts,
        "reason": texts,
        "edition_digest": digests,
        "external_score": st.none() | numbers_as_text,
        "value_policy": st.none() | texts,
        "objection": st.none() | texts,
    },
    StageClosed: {"stage": texts, "card": card_records},
    ResultDetermined: {"decree": texts, "decree_date": st.none() | days, "card": card_records},
    EvaluationReopened: {"stage": texts, "reason": texts, "objection": st.none() | texts},
    ContentErased: {"digest": digests, "ground": texts},
    UnitRegistered: {"agency": texts, "unit": texts, "name": texts},
    UnitClosed: {"agency": texts, "unit": texts, "reason": texts},
    ActorAppointed: {
        "actor": texts,
        "role": texts,
        "agency": st.none() | texts,
        "unit": st.none() | texts,
        "ground": texts,
    },
    ActorDismissed: {"actor": texts, "role": st.none() | texts, "unit": st.none() | texts, "reason": texts},
    PermissionsAdopted: {"digest": digests, "document": texts},
    PersonErased: {"actor": texts, "ground": texts},
}


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Draw any event of a class, with members of a later version or without."""
    return st.builds(kind, at=moments, by=texts, extra=later_members, **_MEMBERS[kind])


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:  # noqa: PLR0912 - one branch for each kind of event
    """Draw the history of an evaluation of the small edition, each event possible where it stands."""
    edition = small_edition()
    stages = edition.processes[-1].stages
    at, by = datetime(2030, 1, 1, tzinfo=UTC), st.sampled_from(["a", "b"])
    opened = EvaluationOpened(
        at=at,
        by="a",
        agency="instansi",
        agency_name="Instansi",
        year=2030,
        edition=edition.id,
        edition_digest=edition.digest,
        process=edition.processes[-1].id,
        stages=stages,
        optional_stages=stages[-1:],
    )
    events: list[Event] = [opened]
    evidence = objections = 0
    closed: list[str] = []
    for kind in draw(st.lists(st.integers(0, 11), max_size=25)):
        at += timedelta(seconds=draw(st.integers(0, 60)))
        mark = {"at": at, "by": draw(by)}
        if kind == 0:
            evidence += 1
            drawn = {name: draw(values) for name, values in _MEMBERS[EvidenceSubmitted].items()}
            members = {**drawn, "evidence": f"E{evidence}", "indicators": ("1",)}
            events.append(EvidenceSubmitted(**members, **mark))
        elif kind == 1 and evidence:
            one, other = (f"E{draw(st.integers(1, evidence))}" for _ in range(2))
            events.append(EvidenceSuperseded(evidence=one, successor=other, **mark))
        elif kind == 2 and evidence:
            events.append(EvidenceWithdrawn(evidence=f"E{draw(st.integers(1, evidence))}", reason="r", **mark))
        elif kind == 3:
            members = {"indicator": draw(st.sampled_from("12345")), "value": str(draw(st.integers(1, 5)))}
            given = {"previous": None, "basis": draw(st.sampled_from(["assessor", "rules"])), "reason": "r"}
            given |= {"edition_digest": edition.digest, "external_score": None}
            events.append(IndicatorScored(stage=draw(st.sampled_from(stages)), **members, **given, **mark))
        elif kind == 4:
            closed.append(draw(st.sampled_from(stages)))
            events.append(StageClosed(stage=closed[-1], card=draw(card_records), **mark))
        elif kind == 5:
            events.append(
                ResultDetermined(decree="SK", decree_date=draw(st.none() | days), card=draw(card_records), **mark)
            )
        elif kind == 6 and closed:
            stage = draw(st.sampled_from(closed))
            closed = [one for one in closed if stages.index(one) < stages.index(stage)]
            events.append(EvaluationReopened(stage=stage, reason="r", **mark))
        elif kind == 7 and evidence:
            more = {"indicators": draw(few_texts), "items": draw(few_texts)}
            events.append(EvidenceCoverageAdded(evidence=f"E{draw(st.integers(1, evidence))}", **more, **mark))
        elif kind == 8:
            units = draw(st.lists(st.sampled_from(["u", "v"]), min_size=1, max_size=2, unique=True).map(tuple))
            task = {"indicator": draw(st.sampled_from("12345")), "item": draw(st.none() | st.just("I1-L1-01"))}
            owed = {"units": units, "responsible": units[0], "deadline": draw(st.none() | days), "reason": ""}
            events.append(WorkAssigned(**task, **owed, **mark))
        elif kind == 9:
            judged = {"verdict": draw(st.sampled_from(VERDICT_KINDS)), "code": "", "reason": "", "evidence": ()}
            item = {"indicator": draw(st.sampled_from("12345")), "item": draw(st.sampled_from(["a", "b"]))}
            events.append(ItemJudged(stage=draw(st.sampled_from(stages)), **item, **judged, **mark))
        elif kind == 10 and closed:
            objections += 1
            contested = {"stage": draw(st.sampled_from(closed)), "indicator": "1", "item": None, "evidence": ()}
            events.append(ObjectionRaised(objection=f"O{objections}", reason="r", **contested, **mark))
        elif kind == 11 and objections:
            answered = f"O{draw(st.integers(1, objections))}"
            events.append(ObjectionAnswered(objection=answered, outcome="denied", reason="r", **mark))
    return events
