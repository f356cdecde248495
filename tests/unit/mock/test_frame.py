"""The frame of the mock knows products by what they say, and entitles nobody by silence."""

from dataclasses import replace

import pytest

from harness.mock.gate import Gate
from harness.mock.settings import MAIN_CLIENT, MockSettings
from harness.product import Product, ProductFacts, Products
from harness.products.mocks import frame_of
from tests.integration.mock_api import DENTAL_HEALTH, METADATA, MockApi
from tests.integration.test_mock_admin import mock_with
from tests.products import FRAME


@pytest.mark.parametrize("products", [frozenset[str](), frozenset({"dental"})])
def test_a_client_that_does_not_have_a_product_is_refused(products: frozenset[str]) -> None:
    client = replace(MAIN_CLIENT, products=products)

    api = mock_with(MockSettings(clients=(client,)))
    answer = api.send("POST", METADATA, json={})

    assert answer.status_code == 403


def test_a_product_of_another_path_needs_to_be_entitled_to_like_any_other() -> None:
    client = replace(MAIN_CLIENT, products=frozenset({"dental", "medical", "prior-auth"}))

    assert not client.is_entitled_to("notes")
    assert replace(client, products=frozenset({"*"})).is_entitled_to("notes")
    assert Gate.__init__.__kwdefaults__ == {"words_entitlement": False}


def test_a_path_of_nobody_gets_the_words_of_no_product() -> None:
    answer = MockApi().send("GET", "/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
    }


def test_each_product_words_its_own_failures() -> None:
    words = [MockApi().send("GET", f"{path}/x").json() for path in (DENTAL_HEALTH, METADATA)]

    assert "properties" in words[0]
    assert set(words[1]) == {"statusCode", "statusMessage"}


def test_a_liberty_that_several_products_take_is_one() -> None:
    (health,) = (each for each in FRAME.tolerances if each.id == "health-of-components")

    assert {point.partition(".")[0] for point in health.changes} == set(FRAME.names)


def test_a_mock_of_other_products_has_none_of_the_faults_of_ours() -> None:
    alone = frame_of(Products((Product(ProductFacts("bare", "bare", (), ("/bare",))),)))

    assert "npi-checksum-unchecked" not in {each.id for each in alone.faults}
    assert "missing-token-accepted" in {each.id for each in alone.faults}


def test_the_built_in_clients_are_complete_and_others_stay_as_they_are() -> None:
    own = MockSettings(clients=(MAIN_CLIENT,))

    assert FRAME.with_clients(own) is own
    assert len(FRAME.with_clients(MockSettings()).clients) == 5
