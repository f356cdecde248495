"""Medical attachments as one object; rules, mock and samples are imported on their first use."""

from harness.product import Product
from harness.products.medical.facts import FACTS


def _rules() -> object:
    from harness.products.medical.rules.catalogue import PART

    return PART


def _mock() -> object:
    from harness.products.medical.mock.part import PART

    return PART


def _clients() -> object:
    from harness.products.medical.judge import CLIENTS

    return CLIENTS


MEDICAL = Product(FACTS, rules=_rules, mock=_mock, clients=_clients)
