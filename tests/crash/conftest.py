"""The writers that every test here kills, and the disk under them."""

from collections.abc import Iterator

import pytest
from disk import Writers, built_shim


@pytest.fixture(scope="session")
def writers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    """Writers on a disk that does as it is told."""
    writers = Writers(built_shim(tmp_path_factory.mktemp("shim")))
    yield writers
    writers.close()
