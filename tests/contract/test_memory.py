"""The memory adapters keep the contracts."""

from collections.abc import Callable

import pytest
from contract.directory import DirectoryContract
from contract.event_log import EventLogContract
from contract.evidence_vault import EvidenceVaultContract
from contract.read_model import ReadModelContract

from spbe_core.ports import EventLog
from spbe_core.storage.memory import MemoryDirectory, MemoryStore, MemoryVault


class TestMemoryEventLog(EventLogContract):
    @pytest.fixture
    def log(self) -> EventLog:
        return MemoryStore().log


class TestMemoryReadModel(ReadModelContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()


class TestMemoryDirectory(DirectoryContract):
    @pytest.fixture
    def directory(self) -> MemoryDirectory:
        return MemoryDirectory()


class TestMemoryVault(EvidenceVaultContract):
    @pytest.fixture
    def vault(self) -> MemoryVault:
        return MemoryVault()

    @pytest.fixture
    def damage(self, vault: MemoryVault) -> Callable[[str, bytes], None]:
        return vault._contents.__setitem__
