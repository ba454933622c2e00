"""The histories that are recorded and folded: whole evaluations, made up but of the usual shape and size."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import attrs

from spbe_core import installed_rules, score
from spbe_core.events import (
    CardRecord,
    EvaluationOpened,
    Event,
    IndicatorScored,
    ResultDetermined,
    StageClosed,
)

YEAR = 2024
START = datetime(YEAR, 7, 1, 8, 0, tzinfo=UTC)
DIGEST = "sha256:" + "5a" * 32


@attrs.frozen
class History:
    """One evaluation: every indicator given a value at each of its stages, closed and determined."""

    stream: str
    events: tuple[Event, ...]


def histories(count: int) -> Iterator[History]:
    """Make the histories of so many agencies."""
    edition = installed_rules().edition_for(YEAR)
    process = edition.processes[-1]
    levels = {indicator.id: 3 for indicator in edition.indicators}
    card = CardRecord.of(score(levels, year=YEAR))
    for number in range(count):
        agency = f"kab-{number}"
        opened = EvaluationOpened(
            at=START,
            by="local",
            agency=agency,
            agency_name=f"Pemerintah Kabupaten {number}",
            year=YEAR,
            edition=edition.id,
            edition_digest=edition.digest,
            process=process.id,
            stages=process.stages,
            optional_stages=(),
        )
        yield History(f"{agency}/{YEAR}", (opened, *_stages(process.stages, list(levels), card)))


def _stages(stages: tuple[str, ...], indicators: list[str], card: CardRecord) -> Iterator[Event]:
    at = START
    for stage in stages:
        for indicator in indicators:
            at += timedelta(seconds=17, microseconds=1)
            yield scored(stage, indicator, at)
        yield StageClosed(at=at, by="assessor-7", stage=stage, card=card)
    yield ResultDetermined(at=at, by="local", decree="Keputusan 1/2025", decree_date=date(2025, 1, 6), card=card)


def scored(stage: str, indicator: str, at: datetime) -> IndicatorScored:
    """Make the fact that an indicator was given the value 3."""
    return IndicatorScored(
        at=at,
        by="assessor-7",
        stage=stage,
        indicator=indicator,
        value="3",
        previous=None,
        basis="assessor",
        reason="Berita acara 7/2024, butir 3: kebijakan ditetapkan dan berlaku",
        edition_digest=DIGEST,
        external_score=None,
    )
