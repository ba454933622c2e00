"""Every failure in one line, with a code and a remedy; never a traceback."""

import json
import sys
from collections.abc import Sequence

from spbe_cli.language import spoken, text
from spbe_core.errors import SpbeError, StoreError

FINDING = 1
BAD_INPUT = 2
STORE_PROBLEM = 3
INTERNAL = 70
OUTPUT_FAILED = 74


def report(error: SpbeError, arguments: Sequence[str]) -> int:
    """Write an error of the library to standard error and return the exit code of its family."""
    say(error.code, error.what(spoken()), error.remedy(spoken()), arguments)
    return STORE_PROBLEM if isinstance(error, StoreError) else BAD_INPUT


def report_unexpected(error: Exception, arguments: Sequence[str]) -> int:
    """Write what no code was made for, as one line."""
    say("internal-error", f"{type(error).__name__}: {error}", text("failures.internal"), arguments)
    return INTERNAL


def say(code: str, what: str, remedy: str, arguments: Sequence[str]) -> None:
    """Write one error line, as JSON where the command was asked for JSON."""
    line = " ".join(f"{what} {remedy}".split())
    if "json" in arguments or "--format=json" in arguments:
        line = json.dumps({"error": {"code": code, "what": what, "remedy": remedy}}, ensure_ascii=False)
    else:
        line = f"spbe: [{code}] {line}"
    print(line, file=sys.stderr)  # noqa: T201 - the one place that writes errors
