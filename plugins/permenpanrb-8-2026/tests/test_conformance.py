from spbe_core.testing import RuleConformance


class TestRules(RuleConformance):
    plugin = "spbe_rules.permenpanrb_8_2026"
