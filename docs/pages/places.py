"""Where things lie in the repository."""

from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[1]
ROOT: Final = DOCS.parent
SOURCE: Final = ROOT / "src" / "spbe_core"
