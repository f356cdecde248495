"""Prior authorization as one object; rules, mock and samples are imported on their first use."""

from harness.product import Product
from harness.products.prior_auth.facts import FACTS


def _rules() -> object:
    from harness.products.prior_auth.rules.catalogue import PART

    return PART


def _mock() -> object:
    from harness.products.prior_auth.mock.part import PART

    return PART


def _samples() -> object:
    from harness.products.prior_auth.strategies.samples import PART

    return PART


def _clients() -> object:
    from harness.products.prior_auth.judge import CLIENTS

    return CLIENTS


PRIOR_AUTH = Product(FACTS, rules=_rules, mock=_mock, samples=_samples, clients=_clients)
