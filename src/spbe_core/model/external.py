"""An indicator that another ministry's index feeds, and how that index becomes a value."""

from fractions import Fraction

import attrs

from spbe_core.errors import InputError
from spbe_core.model.exact import ExactNumber, exact, exact_text


@attrs.frozen
class ConversionBand:
    """A stretch of another ministry's score and the stretch of values it becomes, in a straight line.

    Attributes:
        level: maturity level the stretch stands for.
        score_from: lowest score, included.
        score_to: highest score; excluded, but for the last band.
        value_from: value at ``score_from``.
        value_to: value at ``score_to``.
    """

    level: int
    score_from: Fraction
    score_to: Fraction
    value_from: Fraction
    value_to: Fraction


@attrs.frozen
class External:
    """Where an indicator's value comes from when no assessor gives it.

    Attributes:
        indicator: official number of the indicator that is fed.
        name: official name of the index or score.
        agency: who publishes it.
        source: citation id of the conversion.
        bands: how a score becomes a value, from the lowest score to the highest.
        pending: citation id of the practice to count the scale's minimum while there is no score; empty where none
            is known, and the value is then missing.
    """

    indicator: str
    name: str
    agency: str
    source: str
    bands: tuple[ConversionBand, ...]
    pending: str = ""

    def convert(self, score: Fraction) -> Fraction:
        """Convert a score to a value, in a straight line inside its band.

        Raises:
            InputError: ``external-score-out-of-range``.
        """
        lowest, highest = self.bands[0].score_from, self.bands[-1].score_to
        if not lowest <= score <= highest:
            facts = {"score": exact_text(score), "minimum": exact_text(lowest), "maximum": exact_text(highest)}
            raise InputError("external-score-out-of-range", indicator=self.indicator, name=self.name, **facts)
        band = next(band for band in reversed(self.bands) if score >= band.score_from)
        width = band.score_to - band.score_from
        return band.value_from + (score - band.score_from) * (band.value_to - band.value_from) / width


def read_score(indicator: str, given: ExactNumber | str) -> Fraction:
    """Read one indicator's published score; the error says which indicator it was.

    Raises:
        InputError: ``number-not-exact``.
    """
    try:
        return exact(given)
    except InputError as problem:
        raise problem.at(at_indicator=indicator) from None
