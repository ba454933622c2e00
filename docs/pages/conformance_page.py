"""The page of the conformance kit."""

from collections.abc import Iterator

import spbe_core
import spbe_core.testing.conformance
from pages.api_page import _described
from pages.code_text import docstring, members, summary
from spbe_core.testing import printed


def conformance_kit() -> Iterator[str]:
    """Describe what is stated in ``checks/``, every check, and the names of ``spbe_core.testing``."""
    yield "# The conformance kit\n\n"
    yield "What `spbe_core.testing` checks and what a rule pack states for it;\n"
    yield "[how to check a rule pack](../how-to/check-a-rule-pack.md) shows both at work.\n\n"
    yield "## The checks\n\n"
    yield "In the order they run, in `spbe rules check` and as the tests of `RuleConformance`.\n\n"
    yield from (f"- `{name}`: {summary(check)}\n" for name, check in spbe_core.testing.conformance.CHECKS.items())
    yield "\n## `checks/*.toml`\n\n"
    yield "One file per edition; an attribute with a default may be left out. Exact numbers are text.\n"
    for kind in (printed.Printed, printed.Row, printed.Example):
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)
    yield "\n## `checks/*.toml` of a guidance overlay\n\n"
    yield "A file with the member `overlay`.\n"
    for kind in (printed.PrintedOverlay, printed.PrintedValidity):
        yield f"\n### `{kind.__name__}`\n\n{docstring(kind)[0]}\n\n"
        yield from members(kind)
    yield "\n## Names of `spbe_core.testing`\n"
    for name in sorted(set(spbe_core.testing.__all__) - {"Calculator"}, key=str.lower):
        yield f"\n### `{name}`\n\n"
        yield from _described(name, getattr(spbe_core.testing, name))
