from spbe_core.testing import RuleConformance


class TestRules(RuleConformance):
    plugin = "spbe_rules.pedoman_3_2024"
