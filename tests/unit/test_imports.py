"""Imports: no module needs another to be loaded first, and using a little loads a little."""

import os
from pathlib import Path

import pytest
from arrangements import SOURCES, python

MODULES = sorted(
    ".".join(file.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
    for source in SOURCES
    for file in source.rglob("*.py")
)
LATE = "cattrs,click,eventsourcing,numpy,pluggy,rich,sqlite3,spbe_rules"
LOADED = f"import sys; print(*sorted(name for name in {LATE!r}.split(',') if name in sys.modules))"


LIBRARIES = "attrs,boto3,click,cryptography.x509,eventsourcing.sqlite,hypothesis,msgspec,pluggy,psycopg,pytest,rich"
ONE_EACH = """
import os, sys, traceback
from importlib import import_module
for library in sys.argv[1].split(","):
    try:
        import_module(library)  # others' modules take most of the time and are not what is tried
    except ImportError:
        pass
failed = []
for module in sys.argv[2:]:
    child = os.fork()
    if child == 0:
        try:
            __import__(module)
        except BaseException:
            traceback.print_exc(file=sys.stdout)
            os._exit(1)
        os._exit(0)
    failed += [module] if os.waitpid(child, 0)[1] else []
print(*failed)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each import gets a process of its own by fork")
def test_every_module_can_be_the_first() -> None:
    """Importing any one module in a fresh interpreter works, so no cycle hides behind the order of imports."""
    assert len(MODULES) > 60
    assert python(ONE_EACH, LIBRARIES, *MODULES).strip() == ""


def test_the_front_door_is_light() -> None:
    """``import spbe_core`` loads no database, no plugin machinery and no rule pack."""
    assert python(f"import spbe_core; {LOADED}").strip() == ""


def test_every_public_name_is_there() -> None:
    """Each name of ``__all__`` can be imported and is listed; an unknown one is an AttributeError."""
    code = (
        "import spbe_core\n"
        "assert all(getattr(spbe_core, name) is not None for name in spbe_core.__all__)\n"
        "assert dir(spbe_core) == sorted(spbe_core.__all__)\n"
        "assert not hasattr(spbe_core, 'no_such_name')\n"
        "assert len(spbe_core.__all__) <= 24\n"  # small enough to be read at once; what commands take counts too
    )

    python(code)


def test_scoring_needs_no_store() -> None:
    """A calculation loads the rule packs and neither eventsourcing nor SQLite nor anything numeric."""
    loaded = python(f"import spbe_core; spbe_core.score({{}}, year=2024); {LOADED}").split()

    assert loaded == ["pluggy", "spbe_rules"]


def test_the_version_of_the_sources_is_the_one_tested() -> None:
    """The tests run against this working tree, not against another copy that happens to be installed."""
    where = python("import spbe_core, spbe_rules; print(spbe_core.__file__, *spbe_rules.__path__, sep='\\n')").split()

    assert all(any(Path(one).is_relative_to(source) for source in SOURCES) for one in where)
