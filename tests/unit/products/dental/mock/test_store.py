from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from harness.mock.settings import Limits
from harness.products.dental.mock.store import (
    Container,
    DentalStore,
    Upload,
    bare_id,
    files_named,
    is_reference,
)
from tests.products import active

NOON = datetime(2026, 1, 16, 12, tzinfo=UTC)


def store(**limits: int) -> DentalStore:
    return DentalStore(Limits(**limits), active(()))


def add(target: DentalStore, count: int = 1, size: int = 4) -> Container:
    return target.add("main", NOON, (Upload("a.txt", "text/plain", b"x" * size),) * count)


def test_files_are_found_by_either_id_with_or_without_prefix() -> None:
    kept = store()
    container = add(kept, 2)
    second = container.files[1].attachment_id

    for reference in (second, f"CHC#{second}", container.control_number):
        assert kept.find(reference) == container
    assert [*files_named(container, (f"CHC#{second}",))] == [container.files[1]]
    assert [*files_named(container, (container.control_number,))] == [*container.files]


def test_ids_have_the_published_form_and_are_never_given_twice() -> None:
    kept = store()
    containers = [add(kept, 3) for _ in range(50)]
    ids = [file.attachment_id for each in containers for file in each.files]

    assert len(set(ids)) == 150
    assert all(is_reference(name) and len(name) == 12 for name in ids)
    assert len({each.control_number for each in containers}) == 50


def test_the_oldest_container_goes_when_there_are_too_many() -> None:
    kept = store(containers=2)
    first, second, third = (add(kept) for _ in range(3))

    assert kept.find(first.files[0].attachment_id) is None
    assert kept.find(second.control_number) == second
    assert kept.find(third.control_number) == third


def test_the_oldest_container_goes_when_the_bytes_are_too_many() -> None:
    kept = store(container_bytes=10)
    first, second = add(kept, size=6), add(kept, size=6)

    assert (kept.find(first.control_number), kept.find(second.control_number)) == (None, second)


def test_the_newest_container_stays_however_large() -> None:
    kept = store(container_bytes=10)

    assert kept.find(add(kept, size=100).control_number) is not None


@given(st.lists(st.integers(min_value=1, max_value=8), max_size=30))
def test_the_bounds_hold_after_any_sequence(sizes: list[int]) -> None:
    kept = store(containers=5, container_bytes=20)

    containers = [add(kept, size=size) for size in sizes]

    present = [each for each in containers if kept.find(each.control_number)]
    assert len(present) == len(kept) <= 5
    assert sum(each.size_bytes for each in present) <= 20
    assert present == containers[len(containers) - len(present) :]


def test_a_reference_keeps_a_foreign_prefix() -> None:
    assert bare_id("CHC#00112233445566778899AABB") == "00112233445566778899aabb"
    assert bare_id("ABC#123456789055") == "abc#123456789055"
