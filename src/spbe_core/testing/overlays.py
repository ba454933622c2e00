"""A guidance overlay against what the guidance prints, since its numbers are few and nothing adds them up."""

from collections.abc import Iterator, Sequence

from spbe_core.rules.overlay import Overlay
from spbe_core.testing.pack import Pack
from spbe_core.testing.printed import PrintedOverlay, numbers
from spbe_core.testing.problem import Problem


def check_overlays(pack: Pack) -> Iterator[Problem]:
    """Every number of an overlay is stated a second time, apart from it, and both agree."""
    stated = {printed.overlay: printed for printed in pack.printed_overlays}
    for name in sorted(stated.keys() - {overlay.id for overlay in pack.overlays}):
        yield Problem("printed-of-no-edition", {"edition": name})
    for overlay in pack.overlays:
        if overlay.id in stated:
            yield from _compared(overlay, stated[overlay.id])
        else:
            yield Problem("printed-missing", {"edition": overlay.id})


def _compared(overlay: Overlay, printed: PrintedOverlay) -> Iterator[Problem]:
    pairs: dict[str, tuple[Sequence[object], Sequence[object]]] = {
        "base": ([overlay.base], [printed.base]),
        "years": (overlay.years, printed.years),
        "criteria": ([len(overlay.criteria)], [printed.criteria]),
        "items": ([len(overlay.items)], [printed.items]),
        "practices": (
            sorted((str(one.year), one.basis) for one in overlay.grade_practices),
            sorted(printed.practices.items()),
        ),
        "validity": (
            sorted((item, one.months) for one in overlay.validity for item in one.items),
            sorted(
                (f"I{number}-{one.item}", one.months) for one in printed.validity for number in numbers(one.indicators)
            ),
        ),
    }
    for member, (given, right) in pairs.items():
        if given != right:
            told = {"member": member, "given": _only(given, right), "printed": _only(right, given)}
            yield Problem("fact-not-as-printed", {"edition": overlay.id, "source": printed.source, **told})


def _only(one: Sequence[object], other: Sequence[object]) -> str:
    """Say what of one side the other has not."""
    return ", ".join(str(part) for part in one if part not in other) or "-"
