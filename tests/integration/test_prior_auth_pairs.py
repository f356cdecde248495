"""A member of either form that says something else than its twin is seen."""

import pytest

from harness.mock.fault import Fault
from harness.products.prior_auth.mock.faults_forms import PAIR_FAULTS
from tests.integration.prior_auth_rule_bench import RULES, Bench, broken

WHOLE = tuple(
    RULES[name] for name in ("prior-auth/inquiry/TST2", "prior-auth/submission/278_217_01_A1")
)


@pytest.mark.parametrize("fault", PAIR_FAULTS, ids=lambda fault: fault.id)
def test_a_form_that_contradicts_the_other_is_seen(fault: Fault) -> None:
    target = Bench(fault.id).target

    found = [check for rule in WHOLE for check in broken(rule, target)]

    assert [check.name for check in found]
