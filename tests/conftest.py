"""Hypothesis profiles: ``fast`` by default, ``ci`` and ``thorough`` by SPBE_HYPOTHESIS_PROFILE."""

import os
from importlib.util import find_spec

import pytest

pytest.register_assert_rewrite("arrangements", "contract", "disk")

if find_spec("hypothesis"):  # not in the environment that has nothing but the core
    from hypothesis import HealthCheck, settings

    for name, examples in (("fast", 50), ("ci", 200), ("thorough", 2000)):
        settings.register_profile(
            name,
            max_examples=examples,
            deadline=None,
            derandomize=name != "thorough",
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow],
        )
    settings.load_profile(os.environ.get("SPBE_HYPOTHESIS_PROFILE", "fast"))
