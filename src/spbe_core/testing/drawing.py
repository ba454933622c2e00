"""Drawing values with Hypothesis, which shrinks what breaks a law to its simplest; the only file that imports it."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from spbe_core.model.edition import Edition
from spbe_core.testing.laws import Drawn
from spbe_core.testing.problem import Problem


class _LawBrokenError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def values_of(edition: Edition) -> st.SearchStrategy[Fraction]:
    """Draw one value of an edition's scale."""
    lowest, highest = int(edition.scale.minimum), int(edition.scale.maximum)
    whole = st.integers(lowest, highest).map(Fraction)
    if edition.scale.step == "integer":
        return whole
    parts = st.sampled_from((3, 4, 100)).flatmap(
        lambda unit: st.integers(unit * lowest, unit * highest).map(lambda units: Fraction(units, unit))
    )
    return whole | parts


@st.composite
def drawn_from(draw: st.DrawFn, edition: Edition) -> Drawn:
    """Draw values, often with gaps, a year or none, and one indicator with another value."""
    names = [leaf.id for leaf in edition.indicators]
    gaps = draw(st.just(frozenset[str]()) | st.frozensets(st.sampled_from(names), max_size=3))
    values = draw(st.fixed_dictionaries({name: values_of(edition) for name in names if name not in gaps}))
    years = st.none() if not edition.years else st.none() | st.sampled_from(edition.years)
    return Drawn(values, draw(years), draw(st.sampled_from(names)), draw(values_of(edition)))


def first_broken(edition: Edition, laws: Callable[[Drawn], Iterable[Problem]]) -> list[Problem]:
    """Draw values until a law breaks, and return the simplest way found to break it; nothing where none does."""

    @settings(
        deadline=None,
        database=None,
        derandomize=True,
        verbosity=Verbosity.quiet,
        print_blob=False,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(drawn_from(edition))
    def holds(drawn: Drawn) -> None:
        for problem in laws(drawn):
            raise _LawBrokenError(problem)

    try:
        holds()
    except _LawBrokenError as broken:
        return [broken.problem]
    except Exception as problem:  # noqa: BLE001 - rules that answer differently each time confuse the search
        return [Problem("law-not-repeatable", {"edition": edition.id, "reason": type(problem).__name__})]
    return []
