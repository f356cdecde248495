import re

import pytest

from harness.errors import UnknownName
from harness.mock.fault import ActiveFaults, Fault, with_member, with_status
from harness.mock.reply import Reply
from tests.products import FAULTS, active, fault_called


def test_ids_are_unique_and_written_with_hyphens() -> None:
    ids = [fault.id for fault in FAULTS]

    assert len(set(ids)) == len(ids) >= 40
    assert all(re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", name) for name in ids)


def test_every_fault_says_in_a_sentence_what_it_breaks() -> None:
    assert all(re.fullmatch(r"[ADOPS][0-9]{3}", fault.breaks) for fault in FAULTS)
    assert all(fault.sentence.endswith(".") and " " in fault.sentence for fault in FAULTS)


def test_a_fault_with_a_point_has_a_change_and_only_such_a_fault() -> None:
    assert all(bool(fault.point) == (fault.change is not None) for fault in FAULTS)


def test_each_published_rule_of_the_dental_table_has_a_fault() -> None:
    broken = {fault.breaks for fault in FAULTS if fault.id.endswith("-unchecked")}

    assert {f"D{number}" for number in range(107, 122)} <= broken
    assert {"D102", "D103", "D104", "D133"} <= broken


def test_a_misspelt_fault_gets_a_suggestion() -> None:
    with pytest.raises(UnknownName) as raised:
        active(["npi-checksum-uncheked"])

    assert str(raised.value) == (
        "there is no fault 'npi-checksum-uncheked'. Did you mean 'npi-checksum-unchecked'?"
    )


def test_a_fault_is_found_by_its_id() -> None:
    assert fault_called("search-loses-a-byte").area == "dental"


def test_only_the_faults_switched_on_are_active() -> None:
    faults = active(["search-loses-a-byte"])

    assert "search-loses-a-byte" in faults
    assert "search-swaps-files" not in faults


def test_the_changes_of_a_point_are_applied_one_after_the_other() -> None:
    faults = ActiveFaults(
        [
            Fault("b", "x", "D001", "B.", "here", with_member("name", 2)),
            Fault("a", "x", "D001", "A.", "here", with_status(500)),
            Fault("c", "x", "D001", "C.", "there", with_member("name", 3)),
        ]
    )

    assert faults.changed("here", Reply(200, {"name": 1})) == Reply(500, {"name": 2})
    assert faults.changed_value("there", {"name": 1}) == {"name": 3}
    assert faults.changed_value("elsewhere", {"name": 1}) == {"name": 1}
