"""The value of one indicator, with the reasons for it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

import attrs

from spbe_core.messages import DEFAULT_LANGUAGE, render

Standing = Literal["scored", "external", "missing", "pending"]


@attrs.frozen
class Reason:
    """Why a number is what it is.

    Attributes:
        code: identifier in the message catalogue.
        parameters: the facts, by name.
        source: citation id in the edition, empty where the reason is plain arithmetic.
    """

    code: str
    parameters: Mapping[str, object] = attrs.field(factory=dict[str, object])
    source: str = ""

    def what(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say the reason in one sentence."""
        return render(self.code, "what", self.parameters, language)


@attrs.frozen
class IndicatorScore:
    """What the rules make of a dossier.

    Attributes:
        indicator: official number.
        value: exact value, None while it is missing.
        standing: ``scored``; ``external`` (fed from outside); ``missing`` (the card is incomplete); ``pending``
            (counted as the minimum until its source answers).
        reasons: why.
    """

    indicator: str
    value: Fraction | None
    standing: Standing
    reasons: tuple[Reason, ...]
