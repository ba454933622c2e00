"""Kits for authors: whether a rule pack is right, and whether a foreign calculator follows an edition.

A rule pack's test file needs three lines:

    from spbe_core.testing import RuleConformance

    class TestRules(RuleConformance):
        plugin = "spbe_rules.permenpanrb_N_YYYY"

The same checks run without pytest as ``spbe rules check FOLDER``.
"""

from spbe_core.testing.calculator import Calculator, check_calculator
from spbe_core.testing.conformance import Report, RuleConformance, check_pack
from spbe_core.testing.coverage import Covered
from spbe_core.testing.problem import Problem

__all__ = ["Calculator", "Covered", "Problem", "Report", "RuleConformance", "check_calculator", "check_pack"]
