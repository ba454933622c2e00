"""The message catalogue as pages show it."""

import tomllib
from collections.abc import Iterator

from pages.places import SOURCE


def messages(name: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return a topic of the catalogue: code -> language -> part -> template."""
    return tomllib.loads((SOURCE / "messages" / f"{name}.toml").read_text(encoding="utf-8"))


def without_remedy(name: str) -> Iterator[str]:
    """Write the codes of a topic whose messages only say what is the case."""
    for code, texts in messages(name).items():
        if not code.startswith(("covered-", "coverage-")):
            yield f"\n### `{code}`\n\n"
            yield from (f"- {language}: {texts[language]['what']}\n" for language in ("en", "id"))
