"""The list of decision records."""

import re
from collections.abc import Iterator

from pages.places import DOCS


def decisions() -> Iterator[str]:
    """List the decision records by number."""
    yield "# Architecture decision records\n\n"
    yield "One decision a file, short, after [MADR](template.md): why, what else was possible, what follows.\n"
    yield "A decision is changed by a new record that says which one it replaces.\n\n"
    yield "| record | status |\n|---|---|\n"
    for file in sorted((DOCS / "explanation" / "adr").glob("[0-9]*.md")):
        text = file.read_text(encoding="utf-8")
        title, status = re.search(r"^# (.+)$", text, re.M), re.search(r"^Status: (.+)$", text, re.M)
        if title is None or status is None:
            raise SystemExit(f"{file.name} has no title or no status")
        yield f"| [{file.stem[:4]}]({file.name}) {title[1]} | {status[1]} |\n"
