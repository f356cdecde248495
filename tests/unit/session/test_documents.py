from pathlib import Path

from harness.config import Overrides
from harness.session.documents import chosen, documents_used
from harness.settings import load


def operations(*apis: str) -> set[str]:
    settings = load(Overrides(apis=apis), folder=Path("/"), environ={})
    return {label for used in documents_used(chosen(settings)) for label in used.operations}


def test_the_operations_under_test_are_fourteen_and_two_token_endpoints() -> None:
    assert len(operations("dental", "medical", "prior-auth")) == 14 + 2


def test_operations_that_no_requirement_speaks_of_are_not_counted() -> None:
    assert not any(
        "/noa" in label or "/determination" in label for label in operations("prior-auth")
    )
