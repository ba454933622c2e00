"""Checked by mypy and pyright, never run: what an embedder's program sees of the types."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import assert_type

from spbe_core import (
    Edition,
    Evaluation,
    Reason,
    Scorecard,
    Spbe,
    SpbeError,
    explain_indicator,
    installed_rules,
    score,
)
from spbe_core.replay.verify import VerifyReport

card = score({"1": 3, "2": Decimal(4), "3": Fraction(5), "4": "2", "5": None}, edition="an-edition", year=2024)
assert_type(card, Scorecard)
assert_type(card.index, Fraction | None)
assert_type(card.index_text, str | None)
assert_type(card.grade, str | None)
assert_type(card.complete, bool)
assert_type(card.missing, tuple[str, ...])
assert_type(card.bounds.lowest, Fraction)
score({"1": 3.0}, year=2024)  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]

assert_type(installed_rules().editions(), Sequence[Edition])
edition = installed_rules().edition("an-edition")
assert_type(explain_indicator(edition, card, "1"), tuple[Reason, ...])

with Spbe.open("memory:") as spbe:
    assert_type(spbe, Spbe)
    assert_type(spbe.open_evaluation("agency/2024", agency_name="Agency"), Evaluation)
    assert_type(spbe.submit_evidence("agency/2024", BytesIO(b""), indicators=["1"]), Evaluation)
    assert_type(spbe.assess("agency/2024", {"1": 3}, stage="self", reason="why"), Evaluation)
    assert_type(spbe.card("agency/2024", as_of=datetime.now(UTC)), Scorecard)
    assert_type(spbe.explain("agency/2024", "1"), Sequence[Reason])
    assert_type(spbe.ledger.verify(spbe.ledger.checkpoint("origin")), VerifyReport)

try:
    score({}, year=1900)
except SpbeError as error:
    assert_type(error.code, str)
    assert_type(error.what("en"), str)
