"""Something worth a reader's attention that does not stop the work."""

from collections.abc import Mapping
from typing import Literal

import attrs

from spbe_core.messages import DEFAULT_LANGUAGE, LANGUAGES, render


@attrs.frozen
class Finding:
    """A remark or a difference, as a value.

    Attributes:
        code: stable identifier in the message catalogue.
        parameters: the facts, by name.
        severity: ``difference`` where something is not as recorded, ``remark`` where it only should be known.
    """

    code: str
    parameters: Mapping[str, object] = attrs.field(factory=dict[str, object])
    severity: Literal["remark", "difference"] = "remark"

    def what(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say in one sentence what was found."""
        return render(self.code, "what", self.parameters, language)

    def words(self) -> dict[str, str]:
        """Return what was found in every language, to be told inside an error in the language of its reader."""
        return {language: self.what(language) for language in LANGUAGES}
