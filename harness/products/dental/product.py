"""Dental attachments as one object; rules, mock and samples are imported on their first use."""

from harness.product import Product
from harness.products.dental.facts import FACTS


def _rules() -> object:
    from harness.products.dental.rules.catalogue import PART

    return PART


def _mock() -> object:
    from harness.products.dental.mock.part import PART

    return PART


def _clients() -> object:
    from harness.products.dental.judge import CLIENTS

    return CLIENTS


def _samples() -> object:
    from harness.products.dental.strategies.samples import PART

    return PART


DENTAL = Product(FACTS, rules=_rules, mock=_mock, clients=_clients, samples=_samples)
