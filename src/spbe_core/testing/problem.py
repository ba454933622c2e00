"""What a check finds wrong, as a value."""

from collections.abc import Mapping

import attrs

from spbe_core.messages import DEFAULT_LANGUAGE, render


@attrs.frozen
class Problem:
    """One thing that is wrong, named by its code.

    Attributes:
        code: stable identifier in the message catalogue; it says which defect it is.
        parameters: the facts, by name.
    """

    code: str
    parameters: Mapping[str, object] = attrs.field(factory=dict[str, object])

    def what(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say in one sentence what is wrong."""
        return render(self.code, "what", self.parameters, language)
