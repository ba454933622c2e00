"""Opening the store a command was given."""

import os
import re
from typing import Any

import click

from spbe_cli.language import text
from spbe_cli.options import named_vault
from spbe_cli.render import write_json, write_line
from spbe_core.errors import InputError
from spbe_core.library import Spbe
from spbe_core.model.evidence_policy import EvidencePolicy


def opened(store: str | None, *, create: bool = False) -> Spbe:
    """Open the store named by ``--store`` or ``SPBE_STORE``, with the vault named by ``--vault`` or ``SPBE_VAULT``.

    Raises:
        click.UsageError: none is named.
        SpbeError: it cannot be opened, or the limit on evidence in SPBE_EVIDENCE_LIMIT is none.
    """
    if store is None:
        raise click.UsageError(text("failures.no-store"), click.get_current_context())
    return Spbe.open(store, create=create, vault=named_vault(), evidence_policy=evidence_policy())


def evidence_policy() -> EvidencePolicy:
    """Return what is taken as evidence: the library's policy, with the limit in SPBE_EVIDENCE_LIMIT if there is one.

    Raises:
        InputError: ``evidence-limit-malformed``.
    """
    limit = os.environ.get("SPBE_EVIDENCE_LIMIT", "")
    if not limit:
        return EvidencePolicy()
    if not re.fullmatch(r"[1-9][0-9]{0,17}", limit, re.ASCII):
        raise InputError("evidence-limit-malformed", limit=limit)
    return EvidencePolicy(largest=int(limit))


def done(output: str, key: str, members: dict[str, Any]) -> None:
    """Say that something was recorded."""
    if output == "json":
        write_json(members)
    else:
        write_line(text(f"done.{key}", **members))
