"""Two editions compared on the command line."""

import attrs
import pytest
from spbe_cli.language import texts
from terminal import Terminal

from spbe_core.edition_diff import ORDER
from spbe_core.library import installed_rules
from spbe_core.model.edition import Edition

OLD, NEW = "permenpanrb-5-2018", "permenpanrb-59-2020"


def test_the_golden_figures_from_5_2018_to_59_2020(terminal: Terminal) -> None:
    """Twenty indicators go on, one is split, 25 are new, 16 are dropped; weights and nodes as the regulations say."""
    found = terminal.json("editions", "diff", OLD, NEW, store=False)
    assert isinstance(found, dict)
    kinds = [link["kind"] for link in found["crosswalk"]["links"]]
    weights = {
        (one["before_id"], one["after_id"]): (one["before"], one["after"])
        for one in found["changed"]
        if one["member"] == "weight"
    }

    assert (found["matched_by"], found["empty"]) == ("crosswalk", False)
    assert {kind: kinds.count(kind) for kind in kinds} == {"one-to-one": 20, "split": 1, "new": 25, "dropped": 16}
    assert sum(one["part"] == "indicator" for one in found["dropped"]) == 16
    assert sum(one["part"] == "indicator" for one in found["added"]) == 25
    assert weights["25", "37"] == ("5", "2.75")
    assert weights["35a", "45"] == ("10/3", "3")
    assert weights["D3", "D4"] == ("55", "45.5")
    assert {"part": "scale", "before_id": "", "after_id": "", "member": "minimum", "before": "0", "after": "1"} in (
        found["changed"]
    )
    assert not any(one["part"] == "grade" for one in [*found["dropped"], *found["added"], *found["changed"]])


def test_the_grades_of_8_2026_are_recut(terminal: Terminal) -> None:
    """Three floors fall; the crosswalk is the weaker one, and every link says how sure it is."""
    found = terminal.json("editions", "diff", NEW, "permenpanrb-8-2026", store=False)
    assert isinstance(found, dict)
    floors = {one["before_id"]: (one["before"], one["after"]) for one in found["changed"] if one["member"] == "floor"}

    assert floors == {"Memuaskan": ("4.2", "4"), "Baik": ("2.6", "2.5"), "Cukup": ("1.8", "1.5")}
    assert {link["confidence"] for link in found["crosswalk"]["links"]} == {"low", "medium"}


def test_json_has_the_documented_members(terminal: Terminal) -> None:
    """A program finds the same members in every answer."""
    found = terminal.json("editions", "diff", OLD, OLD, store=False)
    assert isinstance(found, dict)
    digest = installed_rules().edition(OLD).digest

    assert found == {
        "empty": True, "before": OLD, "after": OLD, "before_digest": digest, "after_digest": digest,
        "matched_by": "id", "dropped": [], "added": [], "changed": [], "crosswalk": None,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("before", "after", "matching"),
    [
        (OLD, NEW, "crosswalk"),
        (NEW, "permenpanrb-8-2026", "crosswalk"),
        ("permenpanrb-8-2026", NEW, "crosswalk"),
        (OLD, "permenpanrb-8-2026", "nothing"),
        (f"{NEW}@2023", f"{NEW}@2024", "id"),
    ],
)
def test_people_are_told_how_indicators_were_matched(
    terminal: Terminal, language: str, before: str, after: str, matching: str
) -> None:
    """Every answer is exit code 0 and begins with what was compared by what; a crosswalk ends with its sources."""
    code, out, err = terminal("editions", "diff", before, after, "--lang", language, store=False)
    words = texts(language)
    told = words[f"diff.matched-{matching}"].partition("{")[0]

    assert (code, err) == (0, "")
    assert before in out.splitlines()[0]
    assert told in out.splitlines()[1]
    assert (words["diff.sources"] in out) == (matching == "crosswalk")
    assert (words["confidence.low"] in out) == (matching == "crosswalk")


def test_an_edition_of_a_year_is_the_one_its_guidance_makes(terminal: Terminal) -> None:
    """Between 2023 and 2024 the guidance, the grade basis and the age of evidence differ, the indicators do not."""
    found = terminal.json("editions", "diff", f"{NEW}@2023", f"{NEW}@2024", store=False)
    assert isinstance(found, dict)

    assert {one["part"] for one in found["changed"]} == {"edition", "item"}
    assert [one["id"] for one in found["added"] if one["part"] == "overlay"] == ["pedoman-3-2024"]
    assert {one["name"] for one in found["added"] if one["part"] == "grade-practice"} == {"exact"}


def test_nothing_differs_is_said(terminal: Terminal) -> None:
    """The same edition twice is one sentence."""
    code, out, _ = terminal("editions", "diff", NEW, NEW, store=False)

    assert (code, out.splitlines()[-1]) == (0, texts("id")["diff.empty"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((OLD, "permenpanrb-1-1900"), "unknown-edition"),
        (("", OLD), "unknown-edition"),
        ((f"{OLD}@2024", OLD), "year-outside-edition"),
        ((f"{OLD}@", OLD), "year-malformed"),
        ((f"{OLD}@2019@2020", OLD), "year-malformed"),
        ((OLD,), "usage"),
    ],
)
def test_unknown_editions_and_years_are_refused(terminal: Terminal, arguments: tuple[str, ...], code: str) -> None:
    """One line, exit code 2."""
    exit_code, out, err = terminal("editions", "diff", *arguments, store=False)

    assert (exit_code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"spbe: [{code}] ")


def test_every_member_of_an_edition_has_words() -> None:
    """Whatever changes can be told: a member that joins an edition needs its words."""
    known = texts("id")
    members = {ORDER}
    waiting = [attrs.resolve_types(Edition)]
    while waiting:
        kind = waiting.pop()
        for field in attrs.fields(kind):
            parts = [one for one in getattr(field.type, "__args__", (field.type,)) if attrs.has(one)]
            waiting += [attrs.resolve_types(one) for one in parts]
            members |= set() if parts and kind is Edition else {field.name}
    unused = {"id", "indicator", "year", "score_from", "score_to", "value_from", "value_to"}

    assert [member for member in sorted(members - unused) if f"members.{member}" not in known] == []
