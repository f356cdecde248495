from harness.x12.interchange import Interchange, segment
from harness.x12.parse import parse
from harness.x12.structure import Structure, structure_of
from tests.unit.x12.messages import INQUIRY


def structure(*ids: str) -> Structure:
    return structure_of(Interchange(tuple(segment(each) for each in ids)))


def test_a_message_is_taken_apart() -> None:
    found = structure_of(parse(INQUIRY).interchange)

    assert found.strays == ()
    assert found.transaction is not None
    assert [level.code for level in found.transaction.levels] == ["20", "21", "22", "EV"]
    assert [each.id for each in found.transaction.levels[2].segments] == ["NM1", "DMG"]


def test_a_new_head_closes_what_was_open() -> None:
    found = structure("ISA", "GS", "ST", "REF", "ST", "GS", "ST", "SE", "GE", "IEA")

    assert [len(group.transactions) for group in found.groups] == [2, 1]
    assert found.groups[0].end is None
    assert found.groups[0].transactions[0].end is None


def test_a_transaction_without_a_group_makes_one() -> None:
    found = structure("ISA", "ST", "SE", "IEA")

    assert found.groups[0].head is None
    assert len(found.groups[0].transactions) == 1


def test_segments_in_the_wrong_place_are_strays() -> None:
    found = structure("ISA", "ISA", "SE", "GE", "REF", "GS", "REF", "GE", "IEA")

    assert [each.id for each in found.strays] == ["ISA", "SE", "GE", "REF", "REF"]


def test_nothing_has_no_transaction() -> None:
    assert structure().transaction is None
