import pytest

from harness.config import Environment
from harness.outcome import Status
from harness.rules.document.catalogue import document_rules
from harness.rules.document.scene import Scene
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.unit.rules.document.bookshop import Bookshop, api_of_books, broken, checks_of

CAUGHT = {
    "open": "security.refused",
    "limit-unchecked": "invalid.refused",
    "crashes-on-garbage": "no-server-error",
    "crashes-on-odd-path": "no-server-error",
    "pages-lost": "contract.schema",
    "undocumented-status": "contract.status",
    "title-unchecked": "invalid.refused",
    "pages-unchecked": "invalid.refused",
    "kind-unchecked": "invalid.refused",
    "note-unchecked": "invalid.refused",
    "unknown-accepted": "invalid.refused",
    "null-note-refused": "valid.accepted",
    "change-forgotten": "state.changed",
    "remove-forgotten": "state.removed",
}


def test_an_api_that_keeps_its_document_is_not_accused() -> None:
    checks = checks_of()

    bad = {
        (case, check.name, check.expected, check.actual)
        for case, found in checks.items()
        for check in found
        if check.status in (Status.FAIL, Status.ERROR, Status.SKIP, Status.WARN)
    }
    assert bad == set()
    assert all(checks.values())


@pytest.mark.parametrize(("defect", "check"), CAUGHT.items(), ids=CAUGHT)
def test_a_defect_that_the_document_describes_is_found(defect: str, check: str) -> None:
    assert check in broken(checks_of(defect))


def test_ids_do_not_depend_on_the_order_of_the_document() -> None:
    api = api_of_books()
    turned = type(api)(
        **{
            name: getattr(api, name)
            for name in (
                "name",
                "title",
                "version",
                "path",
                "sha256",
                "servers",
                "root",
                "document",
            )
        },
        operations=tuple(reversed(api.operations)),
    )

    ids = {rule.id for rule in document_rules(api, Scene(api))}

    assert {rule.id for rule in document_rules(turned, Scene(turned))} == ids
    assert "books/addBook/body-title-maxLength" in ids
    assert "books/listBooks/query-limit-maximum" in ids


def test_what_was_never_accepted_is_not_verified_and_says_what_to_give() -> None:
    api = api_of_books()
    shop = Bookshop()
    target = Target(
        Environment(name="mock", base_url="http://books"),
        {"books": api},
        shop.send,
        lambda _: "",
        lambda: True,
    )
    found = [try_rule(rule, target, Effort(1, 1)) for rule in document_rules(api, Scene(api))]
    statuses = {check.status for checks in found[:5] for check in checks}

    assert Status.SKIP in statuses
    assert Status.FAIL not in statuses
