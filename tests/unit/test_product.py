"""Whatever looks a product up and does not find it raises: nothing falls back to another product."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.config import ENVIRONMENTS, Credentials, Overrides, Settings
from harness.errors import ConfigurationError, UnknownName
from harness.mock.part import MockPart
from harness.product import Product, ProductFacts, Products, part_of
from harness.products import catalogue
from harness.products.mocks import frame_of
from harness.products.samples import kinds
from harness.rules.part import RuleContext, RulePart
from harness.rules.rule import AnyRule, Rule
from harness.session.judge.products import client_products
from harness.session.run.documents import chosen
from tests.products import PRODUCTS, load

BARE = ProductFacts("bare", "bare", ("bare",), ("/bare/v1",))


def with_products(*products: Product) -> Settings:
    known = Products(products)
    return Settings(ENVIRONMENTS["mock"], None, products=known, apis=known.names)


@pytest.mark.parametrize("name", ["dentall", "", "platform"])
def test_a_name_that_is_no_product_suggests_one_and_never_is_another(name: str) -> None:
    with pytest.raises(UnknownName, match="there is no API"):
        PRODUCTS.called(name)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/dental/attachments/v1/healthcheck", "dental"),
        ("/medicalnetwork/attachments/status/v1/x", "medical"),
        ("/rcm/prior-authorization/v1", "prior-auth"),
        ("/rcm/prior-authorization/v12", ""),
        ("/dental/attachments/v2/healthcheck", ""),
        ("/", ""),
    ],
)
def test_a_path_belongs_to_the_product_that_answers_there_or_to_nobody(
    path: str, owner: str
) -> None:
    found = PRODUCTS.at_path(path)

    assert (found.name if found else "") == owner


def test_a_product_without_a_token_endpoint_gets_no_token_of_another() -> None:
    with pytest.raises(ConfigurationError, match="'bare' has no token endpoint"):
        with_products(Product(BARE)).token_endpoint("bare")


def test_a_token_path_of_ones_own_keeps_the_form_of_the_documented_endpoint() -> None:
    settings = load(Overrides(), folder=Path("/"), environ={})
    environment = replace(settings.environment, token_paths=(("dental", "/own/token"),))
    endpoint = replace(settings, environment=environment).token_endpoint("dental")

    assert (endpoint.path, endpoint.takes_form) == ("/own/token", True)


def test_a_document_that_is_not_there_is_not_left_out() -> None:
    with pytest.raises(UnknownName, match="'bare'"):
        chosen(with_products(Product(BARE)))


@pytest.mark.parametrize(
    "change", [{"name": "dental"}, {"base_paths": ("/dental/attachments/v1",)}]
)
def test_two_products_of_one_name_or_at_one_path_are_refused(change: dict[str, object]) -> None:
    double = replace(BARE, **change)  # type: ignore[arg-type]  # each is of its field's type

    with pytest.raises(ConfigurationError, match="two products call"):
        Products((*PRODUCTS.all, Product(double)))


def test_a_part_of_another_kind_is_refused_where_it_is_used() -> None:
    wrong = Product(BARE, rules=dict, mock=dict, clients=dict, samples=dict)

    with pytest.raises(ConfigurationError, match="RulePart"):
        part_of(wrong, "rules", RulePart)
    with pytest.raises(ConfigurationError, match="MockPart"):
        frame_of(Products((wrong,)))
    with pytest.raises(ConfigurationError, match="ClientProduct"):
        client_products(Products((wrong,)))
    with pytest.raises(ConfigurationError, match="SamplePart"):
        kinds(Products((wrong,)))


def test_a_rule_with_a_requirement_that_no_set_has_is_refused() -> None:
    wrong: AnyRule = Rule[object]("bare/x/y", "a promise", ("Z999",), lambda _target, _value: ())
    product = Product(BARE, rules=lambda: RulePart(lambda _context: (wrong,)))
    context = RuleContext(ENVIRONMENTS["mock"], Credentials("i", "s"), {}, Products((product,)))

    with pytest.raises(ConfigurationError, match="bare/x/y verifies 'Z999'"):
        catalogue.rules(context)


def test_a_product_may_lack_any_part() -> None:
    bare = Products((Product(BARE),))

    assert part_of(bare.all[0], "rules", RulePart) is None
    assert frame_of(bare).parts == (MockPart(),)
    assert client_products(bare) == ()
    assert list(kinds(bare)) == ["npi"]


def test_cases_of_a_product_are_selected_by_it_and_those_of_none_always() -> None:
    settings = load(Overrides(apis=("medical",)), folder=Path("/"), environ={})

    assert settings.selects("medical/status/x")
    assert settings.selects("own-workflow/x")
    assert not settings.selects("dental/create/x")
