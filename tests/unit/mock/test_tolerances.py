import re

import pytest

from harness.errors import UnknownName
from tests.products import FAULTS, TOLERANCES, tolerances_called


def test_ids_are_unique_and_no_fault_has_one_of_them() -> None:
    ids = [each.id for each in TOLERANCES]

    assert len(set(ids)) == len(ids) >= 18
    assert not set(ids) & {fault.id for fault in FAULTS}
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)


def test_each_says_in_a_sentence_what_is_different() -> None:
    assert all(each.sentence.endswith(".") and " " in each.sentence for each in TOLERANCES)


def test_a_misspelt_one_gets_a_suggestion() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'busy-once'"):
        tolerances_called(["busy-onc"])
