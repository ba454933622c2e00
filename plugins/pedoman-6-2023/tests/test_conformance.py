from spbe_core.testing import RuleConformance


class TestRules(RuleConformance):
    plugin = "spbe_rules.pedoman_6_2023"
