"""Reasons in a rule pack's own words, for what no ready-made rule says."""

from spbe_core.model.score import Reason


def own_reason(source: str, *, id: str, en: str) -> Reason:  # noqa: A002 - the languages' own codes
    """Give a reason in one sentence of each language.

    Args:
        source: citation id in the edition.
        id: the sentence in Indonesian.
        en: the sentence in English.
    """
    return Reason("reason-own", {"what": {"id": id, "en": en}}, source)
