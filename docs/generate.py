"""Write the pages under ``docs/``, and the schemas of an edition and a certificate, that repeat what the code says.

python docs/generate.py            write them
python docs/generate.py --check    name those that are out of date, and fail if there are any
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pages.api_page import api
from pages.certificate_schema import certificate_members, certificate_schema
from pages.command_page import command_line
from pages.conformance_page import conformance_kit
from pages.decisions_page import decisions
from pages.edition_schema import edition_members, edition_schema
from pages.editions_page import editions
from pages.error_page import error_codes
from pages.event_page import event_topics
from pages.hooks_page import hooks
from pages.places import DOCS, ROOT, SOURCE

from spbe_core.exchange import certificate_json
from spbe_core.exchange.edition_json import SCHEMA_FILE

NOTICE: Final = "<!-- Written by docs/generate.py from the code; edit the code and run it again. -->\n\n"


PAGES: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "reference/api.md": api,
    "reference/edition-json.md": edition_members,
    "reference/certificate-json.md": certificate_members,
    "reference/cli.md": command_line,
    "reference/conformance.md": conformance_kit,
    "reference/editions.md": editions,
    "reference/errors.md": error_codes,
    "reference/events.md": event_topics,
    "reference/hooks.md": hooks,
    "explanation/adr/index.md": decisions,
}


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` only say which differ."""
    texts = {DOCS / name: NOTICE + re.sub(r"\n{3,}", "\n\n", "".join(write())) for name, write in PAGES.items()}
    texts[SOURCE / "exchange" / SCHEMA_FILE] = edition_schema()
    texts[SOURCE / "exchange" / certificate_json.SCHEMA_FILE] = certificate_schema()
    stale: list[Path] = []
    for file, current in texts.items():
        if file.exists() and file.read_text(encoding="utf-8") == current:
            continue
        stale.append(file)
        if "--check" not in arguments:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(current, encoding="utf-8")
    verb = "out of date" if "--check" in arguments else "written"
    sys.stdout.writelines(f"{file.relative_to(ROOT)}: {verb}\n" for file in stale)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
