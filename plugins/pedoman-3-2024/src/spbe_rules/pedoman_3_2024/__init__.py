"""The 2024 practice of 59/2020: guidance 3/2024 and the grades as published that year."""

from collections.abc import Sequence

from spbe_core.rules import Overlay, OverlaysContext, hookimpl, load_overlay


@hookimpl
def spbe_overlays(context: OverlaysContext) -> Sequence[Overlay]:
    """Bring what the guidance changes."""
    return (load_overlay(__name__),)
