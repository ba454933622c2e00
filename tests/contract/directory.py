"""What every directory must do. An adapter's test class inherits it and provides the fixture ``directory``."""

import pytest

from spbe_core.model.actor import Person
from spbe_core.ports import Directory


class DirectoryContract:
    @pytest.fixture
    def directory(self) -> Directory:
        """Return an empty directory; the adapter's test class says of which kind."""
        raise NotImplementedError

    def test_nobody_is_known_at_first(self, directory: Directory) -> None:
        """A new directory is empty, and forgetting somebody it never knew is no error."""
        directory.erase("a-1")

        assert dict(directory.people()) == {}

    def test_people_come_back_as_they_were(self, directory: Directory) -> None:
        """Names and contacts are kept as they are, by actor id, in the order of the ids."""
        siti, budi = Person("Siti Ráhma \U0001f642 'O\"", "siti@contoh.go.id"), Person("Budi")
        directory.put("b-2", budi)
        directory.put("a-1", siti)

        assert list(directory.people().items()) == [("a-1", siti), ("b-2", budi)]

    def test_the_newest_word_counts(self, directory: Directory) -> None:
        """What is said of an actor takes the place of what was said before, contact included."""
        directory.put("a-1", Person("Siti", "0811"))
        directory.put("a-1", Person("Siti Rahma"))

        assert dict(directory.people()) == {"a-1": Person("Siti Rahma", "")}

    def test_erasing_forgets_one_and_keeps_the_others(self, directory: Directory) -> None:
        """Whoever is erased is not known any more; it may be said twice; the id can be given a name again."""
        for number in range(200):
            directory.put(f"a-{number:03}", Person(f"Orang {number}", "x" * number))
        directory.erase("a-007")
        directory.erase("a-007")

        assert sorted(directory.people()) == [f"a-{number:03}" for number in range(200) if number != 7]
        assert directory.people()["a-199"] == Person("Orang 199", "x" * 199)
        directory.put("a-007", Person("Lain"))
        assert directory.people()["a-007"] == Person("Lain")
