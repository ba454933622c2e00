"""Rogue packs: each has a defect that a public program really has, and the kit says which it is."""

from collections.abc import Callable

import pytest
from rogues import RoguePack

from spbe_core.model import edition as edition_module
from spbe_core.model import exact as exact_module
from spbe_core.model import scorecard as scorecard_module

Make = Callable[..., RoguePack]

KEBIJAKAN = {'weight = "1.30"': 'weight = "1.50"', 'weight = "13.00"': 'weight = "15.00"'}
LAYANAN = {'weight = "3.00"': 'weight = "3.50"', 'weight = "18.00"': 'weight = "21.00"'}
SHIFTED = {'weight = "35"': 'weight = "33"', 'weight = "20"': 'weight = "22"'}


class TestFiguresTheLoaderRefuses:
    """Data files are held against their own totals; what contradicts them does not load, and the sentence says why."""

    def test_one_weight_mistyped(self, rogue: Make) -> None:
        """Indicator 1 weighs 1.5 instead of 1.3."""
        pack = rogue().change("data/kebijakan.toml", '"1.30"', '"1.50"', 1)

        assert "weights under A1 sum to 13.2, not 13" in pack.caught_by("loads")["pack-refused"]

    def test_one_aspect_at_one_and_a_half(self, rogue: Make) -> None:
        """All of aspect 1 weighs 1.5 each, and its totals follow: the whole is 102."""
        pack = rogue().replace("data/kebijakan.toml", KEBIJAKAN)
        pack.replace("data/edition.toml", {'10, weight = "13.00"': '10, weight = "15.00"'})

        assert "top tier sum to 102, not 100" in pack.caught_by("loads")["pack-refused"]

    def test_three_and_a_half_for_42_to_47(self, rogue: Make) -> None:
        """The misprint of two ministry reports."""
        pack = rogue().change("data/layanan.toml", '"3.00"', '"3.50"')

        assert "weights under A8 sum to 21, not 18" in pack.caught_by("loads")["pack-refused"]

    def test_thirty_three_and_twenty_two(self, rogue: Make) -> None:
        """The misprint of a report of 2020, in the aspects only."""
        pack = rogue("permenpanrb_5_2018").replace("data/layanan.toml", SHIFTED)

        assert "weights under A6 sum to 35, not 33" in pack.caught_by("loads")["pack-refused"]

    def test_a_cut_that_leaves_a_gap(self, rogue: Make) -> None:
        """The floor 4.5 where the band below ends at 4.00."""
        pack = rogue("permenpanrb_8_2026").change("data/edition.toml", 'floor = "4.00"', 'floor = "4.50"')

        assert "Sangat Baik ends at 4.00, Memuaskan begins at 4.50" in pack.caught_by("loads")["pack-refused"]


class TestConsistentlyWrongFigures:
    """Figures that agree with each other and not with the regulation; a second statement and the cases say so."""

    def test_weights_that_make_102(self, rogue: Make) -> None:
        """Every total was adapted, the hundred too; such an edition is not even offered."""
        pack = rogue().replace("data/kebijakan.toml", KEBIJAKAN)
        pack.replace("data/edition.toml", {'"13.00"': '"15.00"', 'weight = "100"': 'weight = "102"'})

        assert "sum to 102, not 100" in pack.caught_by("weights")["weights-of-the-whole"]
        assert pack.caught_by("printed") != {}

    def test_three_and_a_half_with_all_its_totals(self, rogue: Make) -> None:
        """42-47 at 3.50 make 103 in all."""
        pack = rogue().replace("data/layanan.toml", {**LAYANAN, 'weight = "45.50"': 'weight = "48.50"'})
        figures = {'"18.00"': '"21.00"', '"45.50"': '"48.50"', 'weight = "100"': 'weight = "103"'}
        pack.replace("data/edition.toml", figures)

        assert "sum to 103, not 100" in pack.caught_by("weights")["weights-of-the-whole"]
        assert pack.caught_by("printed") != {}

    def test_thirty_three_and_twenty_two_down_to_the_indicators(self, rogue: Make) -> None:
        """33 and 22 make 55 as well, so only the sources tell."""
        pack = rogue("permenpanrb_5_2018").replace("data/layanan.toml", SHIFTED)
        pack.replace("data/layanan.toml", {'"5"': '"33/7"', '"10/3"': '"11/3"'})
        pack.replace("data/edition.toml", {'weight = "35"': 'weight = "33"', 'weight = "20"': 'weight = "22"'})

        assert pack.caught_by("weights") == {}
        printed = pack.caught_by("printed")
        assert "A6 weighs 33 " in printed["node-weight-not-as-printed"]
        assert "weigh 33/7 " in printed["weight-not-as-printed"]
        assert "Madiun 2020: D3 comes out as" in pack.caught_by("cases")["case-differs"]

    def test_equal_weights_inside_an_aspect(self, rogue: Make) -> None:
        """Aspect 3 has 15 for four indicators, which is not 3.75 each."""
        pack = rogue("permenpanrb_8_2026")
        pack.replace("data/a3_data.toml", {f'\nweight = "{one}"': '\nweight = "3.75"' for one in ("5", "3", "4")})

        assert pack.caught_by("weights") == {}
        assert "All indicators of A3 " in pack.caught_by("printed")["weights-made-equal"]

    def test_an_indicator_under_the_wrong_aspect(self, rogue: Make) -> None:
        """Indicator 19 among the technology indicators, with every weight adapted."""
        pack = rogue()
        file = pack.folder / "data" / "tata_kelola.toml"
        head, tail = file.read_text(encoding="utf-8").split('id = "19"\nparent = "A4"')
        head = head.replace('parent = "D2"\nname', 'parent = "D2"\nname')
        pack.put("data/tata_kelola.toml", f'{head}id = "19"\nparent = "A3"{tail}')
        text = file.read_text(encoding="utf-8")
        for aspect, weight in (("A3", "12.50"), ("A4", "2.50")):
            before, after = text.split(f'id = "{aspect}"\n', 1)
            text = f'{before}id = "{aspect}"\n' + after.replace(after.split('weight = "')[1].split('"')[0], weight, 1)
        pack.put("data/tata_kelola.toml", text)
        a3, a4 = '{indicators = 4, weight = "10.00"}\nA4', 'A4 = {indicators = 2, weight = "5.00"}'
        pack.replace("data/edition.toml", {a4: 'A4 = {indicators = 1, weight = "2.50"}'})
        pack.change("data/edition.toml", a3, '{indicators = 5, weight = "12.50"}\nA4')

        assert pack.caught_by("weights") == {}
        assert "19 lies under A3 " in pack.caught_by("printed")["indicator-misfiled"]
        assert "is printed under A4" in pack.caught_by("printed")["indicator-misfiled"]
        assert "case-differs" in pack.caught_by("cases")

    def test_a_cut_at_four_and_a_half(self, rogue: Make) -> None:
        """The highest grade of 8/2026 begins at 4.00, not at 4.50 as elsewhere."""
        cut = {'floor = "4.00"': 'floor = "4.50"', 'ceiling = "4.00"': 'ceiling = "4.50"'}
        pack = rogue("permenpanrb_8_2026").replace("data/edition.toml", cut)

        assert pack.caught_by("grades") == {}
        sentence = pack.caught_by("printed")["grade-cut-wrong"]
        assert "Memuaskan of permenpanrb-8-2026 begins at 4.5, but 4.00 is printed" in sentence


class TestNothingToHoldItAgainst:
    def test_without_a_second_statement(self, rogue: Make) -> None:
        """A pack that states its numbers once is not known to be right; the cases alone do not pin its weights."""
        pack = rogue()
        (pack.folder / "checks" / "permenpanrb_59_2020.toml").unlink()

        assert "printed-missing" in pack.caught_by("printed")
        assert "indicators 1, 2, 3" in pack.caught_by("pins")["weights-not-pinned"]

    def test_a_statement_that_leaves_some_out(self, rogue: Make) -> None:
        """Which weights nothing pins is said by number."""
        pack = rogue().change("checks/permenpanrb_59_2020.toml", '"42-47"', '"42-45"')

        assert "46" in pack.caught_by("printed")["printed-indicator-unmatched"]
        assert "indicators 46, 47 of" in pack.caught_by("pins")["weights-not-pinned"]

    def test_without_any_case(self, rogue: Make) -> None:
        """An edition in force without an official result or example is not known to be right either."""
        pack = rogue("permenpanrb_5_2018")
        (pack.folder / "cases" / "madiun_2020.toml").unlink()

        assert "cases-missing" in pack.caught_by("pins")


SUBCLASS = """
import attrs
from fractions import Fraction


@attrs.frozen(eq=False)
class Bent(Edition):
{body}


def wrong(edition):
    return Bent(**{{field.name: getattr(edition, field.name) for field in attrs.fields(Edition)}})
"""
SECOND_TABLE = """
    def grade(self, index, basis):
        return next(band for band in self.grades if band.floor is None or index >= band.floor + Fraction(1, 10))
"""
TOP_EXCLUDED = """
    def grade(self, index, basis):
        return self.grades[-1] if index >= 5 else Edition.grade(self, index, basis)
"""
COMMAS = """
    def grade(self, index, basis):
        shown = f"{int(index * 100 + Fraction(1, 2)) // 100},{int(index * 100 + Fraction(1, 2)) % 100:02d}"
        for band in self.grades:
            if band.floor is None or shown >= f"{int(band.floor)}.{int(band.floor * 100) % 100:02d}":
                return band
"""
ROUNDED_GRADE = """
    def grade(self, index, basis):
        return Edition.grade(self, index, "rounded")
"""
FORGED = """
    @property
    def document(self):
        return b"{}"
"""


class TestEditionsThatBendTheLibrary:
    @pytest.mark.parametrize(
        ("body", "defect"),
        [
            (SECOND_TABLE, "cuts-grade-elsewhere"),
            (TOP_EXCLUDED, "excludes-top-of-scale"),
            (COMMAS, "compares-comma-texts"),
            (ROUNDED_GRADE, "reads-grade-from-other-number"),
        ],
        ids=["a second grade table", "the top excluded", "commas as text", "the grade from the rounded index"],
    )
    def test_a_subclass_with_its_own_grades(self, rogue: Make, body: str, defect: str) -> None:
        """A subclass is refused as such, its grades are held against the tables, and the defect is named."""
        pack = rogue().wrap(SUBCLASS.format(body=body))

        assert "replaces grade" in pack.caught_by("editions")["edition-subclassed"]
        assert "second grade table" in pack.caught_by("grades")["grade-not-of-the-table"]
        assert defect in pack.caught_by("scoring")

    def test_a_subclass_with_a_forged_document(self, rogue: Make) -> None:
        """What would be pinned is not what is computed with."""
        found = rogue().wrap(SUBCLASS.format(body=FORGED)).caught_by("editions")

        assert {"edition-subclassed", "edition-document-differs"} <= found.keys()

    def test_two_grade_tables_in_one(self, rogue: Make) -> None:
        """The bands of two years side by side."""
        code = "import attrs\n\n\ndef wrong(edition):\n    return attrs.evolve(edition, grades=edition.grades * 2)"
        found = rogue().wrap(code).caught_by("grades")

        assert "two grade tables" in found["grade-twice"]
        assert {"grade-order", "grade-lowest-missing"} <= found.keys()

    def test_weights_that_are_floats(self, rogue: Make) -> None:
        """An edition made by hand, past the loader."""
        code = (
            "import attrs\n\n\ndef wrong(edition):\n"
            "    leaf = attrs.evolve(edition.indicators[0], weight=1.3)\n"
            "    return attrs.evolve(edition, indicators=(leaf, *edition.indicators[1:]))"
        )

        assert "1.weight: 1.3" in rogue().wrap(code).caught_by("editions")["edition-number-inexact"]

    def test_a_grade_read_from_the_other_number(self, rogue: Make) -> None:
        """By hand, past the loader: consistent in itself, and not the practice that is stated."""
        code = "import attrs\n\n\ndef wrong(edition):\n    return attrs.evolve(edition, default_grade_basis='rounded')"

        assert rogue().wrap(code).caught_by("printed")["fact-not-as-printed"].startswith("default_grade_basis")

    @pytest.mark.parametrize(
        ("way", "defect"),
        [("half_even", "rounds-half-even"), ("cut_off", "cuts-decimals-off")],
    )
    def test_rounding_replaced_at_import(
        self, rogue: Make, monkeypatch: pytest.MonkeyPatch, way: str, defect: str
    ) -> None:
        """A pack that replaces the library's rounding is found out by what is shown, and the way is named."""
        for module in (exact_module, edition_module):
            monkeypatch.setattr(module, "rounded", module.rounded)
        monkeypatch.setattr(scorecard_module, "rounded_text", scorecard_module.rounded_text)
        code = (
            "from fractions import Fraction\n"
            "from spbe_core.model import exact, scorecard\n\n\n"
            "def half_even(number, places):\n"
            "    unit = Fraction(1, 10**places)\n"
            "    return Fraction(number / unit).__round__() * unit\n\n\n"
            "def cut_off(number, places):\n"
            "    unit = Fraction(1, 10**places)\n"
            "    return Fraction(number / unit).__floor__() * unit\n\n\n"
            f"exact.rounded = {way}\n"
        )

        assert defect in rogue().append(code).caught_by("scoring")


IMPORTS = (
    "from fractions import Fraction\n"
    "from spbe_core.model.score import IndicatorScore, Reason\n"
    "import attrs\n\nWHY = Reason('reason-given-value')\n\n\n"
)
RULES = {
    "already weighted": (
        "        weight = dossier.indicator.weight\n"
        "        return attrs.evolve(given, value=given.value and given.value * weight)",
        "answers",
        "rules-weigh-value",
    ),
    "already a share of the hundred": (
        "        weight = dossier.indicator.weight\n"
        "        return attrs.evolve(given, value=given.value and given.value * weight / 100)",
        "answers",
        "rules-weigh-value",
    ),
    "counted twice": (
        "        return attrs.evolve(given, value=given.value and 2 * given.value)",
        "answers",
        "rules-alter-value",
    ),
    "a float": (
        "        return attrs.evolve(given, value=given.value and float(given.value))",
        "answers",
        "rules-answer-inexact",
    ),
    "rounded through a float": (
        "        return attrs.evolve(given, value=given.value and Fraction(float(given.value) * 1.1 / 1.1 - 1e-9))",
        "answers",
        "rules-alter-value",
    ),
    "the lowest for what is unanswered": (
        "        return given if given.value else attrs.evolve(given, value=Fraction(1), standing='scored')",
        "answers",
        "rules-invent-value",
    ),
    "the mean of what came before": (
        "        self.seen = [*getattr(self, 'seen', []), *([given.value] if given.value else [])]\n"
        "        return attrs.evolve(given, value=given.value and sum(self.seen) / len(self.seen))",
        "order",
        "rules-depend-on-more",
    ),
    "another value at the document stage": (
        "        lower = dossier.stage == 'document' and given.value\n"
        "        return attrs.evolve(given, value=Fraction(1)) if lower else given",
        "circumstances",
        "rules-swayed",
    ),
    "the highest where there is a document": (
        "        return attrs.evolve(given, value=Fraction(5)) if dossier.evidence and given.value else given",
        "circumstances",
        "rules-swayed",
    ),
    "a reason nobody has words for": (
        "        return attrs.evolve(given, reasons=(attrs.evolve(given.reasons[0], code='punya-sendiri'),))",
        "answers",
        "reason-without-words",
    ),
    "no answer": ("        return None", "answers", "rules-answer-strange"),
    "a failure": ("        raise KeyError(dossier.indicator.id)", "answers", "rules-raise"),
    "a changed dossier": (
        "        object.__setattr__(dossier, 'year', 2000)\n        return given",
        "answers",
        "rules-change-dossier",
    ),
}


class TestRulesThatMisjudge:
    @pytest.mark.parametrize(("code", "check", "defect"), RULES.values(), ids=RULES)
    def test_wrong_answers(self, rogue: Make, code: str, check: str, defect: str) -> None:
        """Arithmetic that belongs to the core, other indicators' values and invented values are named."""
        body = (
            f"class Wrong(Ruling):\n    def score(self, dossier):\n        given = self.right.score(dossier)\n{code}\n"
        )

        assert defect in rogue().judge(IMPORTS + body).caught_by(check)

    def test_a_level_without_the_one_below(self, rogue: Make) -> None:
        """Level 4 is granted while level 3 is not met: the highest complete level counts, whatever lies below."""
        body = (
            "class Wrong(Ruling):\n"
            "    def score(self, dossier):\n"
            "        if dossier.value is not None or not dossier.items:\n"
            "            return self.right.score(dossier)\n"
            "        missing = {item.level for item in dossier.items if item.id not in dossier.accepted}\n"
            "        met = [item.level for item in dossier.items if item.level not in missing]\n"
            "        return IndicatorScore(dossier.indicator.id, Fraction(max(met, default=1)), 'scored', (WHY,))\n"
        )
        sentence = rogue("permenpanrb_8_2026").judge(IMPORTS + body).caught_by("ladder")["level-skips-one-below"]

        assert "although level" in sentence
        assert "is not met" in sentence

    def test_a_conversion_that_is_not_straight(self, rogue: Make) -> None:
        """Only the floor of each band is given to an external score."""
        body = (
            "class Wrong(Ruling):\n"
            "    def score(self, dossier):\n"
            "        given = self.right.score(dossier)\n"
            "        if dossier.external_score is None:\n"
            "            return given\n"
            "        return attrs.evolve(given, value=Fraction(int(given.value)))\n"
        )

        assert "conversion-wrong" in rogue("permenpanrb_8_2026").judge(IMPORTS + body).caught_by("answers")

    def test_indicators_that_nobody_judges(self, rogue: Make) -> None:
        """Rules for a domain are missing."""
        found = rogue().change("__init__.py", ", layanan.RULES)", ")").caught_by("answers")

        assert "indicator 32" in found["indicator-without-rules"]


WORLD = {
    "the clock": ("import time", "time.time()", "source-imports-world", "time.time"),
    "today": ("import datetime", "datetime.date.today()", "source-asks-clock", None),
    "chance": ("import random", "random.random()", "source-imports-world", "random.random"),
    "the environment": ("import os", "os.environ['PATH']", "source-imports-world", "_Environ.__getitem__"),
    "a file": ("", "open('/dev/null').close()", "source-reaches-out", "/dev/null"),
    "the network": ("import socket", "socket.socket().close()", "source-imports-world", "socket"),
}


class TestRulesThatAreNotPure:
    @pytest.mark.parametrize(("module", "call", "code", "seen"), WORLD.values(), ids=WORLD)
    def test_what_they_touch_is_told(self, rogue: Make, module: str, call: str, code: str, seen: str | None) -> None:
        """The source says it, and so does a run."""
        body = (
            f"{module}\n\n\nclass Wrong(Ruling):\n    def score(self, dossier):\n        {call}\n"
            "        return self.right.score(dossier)\n"
        )
        pack = rogue().judge(body)

        assert code in pack.caught_by("sources")
        if seen is not None:
            assert seen in pack.caught_by("purity")["rules-touch-world"]

    @pytest.mark.parametrize("code", ["HALF = 0.5", "HALF = float('0.5')", "HALF = round(1)"])
    def test_floats_in_the_source(self, rogue: Make, code: str) -> None:
        """A float is named with its file and line."""
        assert "__init__.py line" in rogue().append(code).caught_by("sources")["source-has-float"]


class TestOverlays:
    def test_a_guidance_that_says_something_else(self, rogue: Make) -> None:
        """A number of an overlay that its checks do not state is told."""
        found = rogue("pedoman_3_2024").change("overlay.toml", "months = 24", "months = 25").caught_by("overlays")

        assert "25" in found["fact-not-as-printed"]

    def test_a_guidance_that_states_nothing(self, rogue: Make) -> None:
        """An overlay without a second statement is not known to be right."""
        pack = rogue("pedoman_6_2023")
        (pack.folder / "checks" / "pedoman_6_2023.toml").unlink()

        assert "printed-missing" in pack.caught_by("overlays")

    def test_a_guidance_for_an_edition_that_is_not_there(self, rogue: Make) -> None:
        """The base must be installed to derive anything."""
        pack = rogue("pedoman_6_2023").change("overlay.toml", "permenpanrb-59-2020", "permenpanrb-60-2020")

        assert "permenpanrb-60-2020" in pack.caught_by("loads")["pack-refused"]
