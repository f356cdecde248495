"""The mock of all products that are installed."""

from functools import lru_cache

from harness.errors import ConfigurationError
from harness.mock.frame import Frame
from harness.mock.part import MockPart, MockProduct
from harness.product import Product, Products
from harness.products.platform.mock.part import PART
from harness.products.registry import installed


def frame() -> Frame:
    """Return the frame of all installed products."""
    return frame_of(installed())


@lru_cache(maxsize=8)
def frame_of(products: Products) -> Frame:
    """Return the frame of some products. Raises ConfigurationError where one's mock is none."""
    return Frame(
        tuple(MockProduct(product.facts, _part(product)) for product in products.all), PART
    )


def _part(product: Product) -> MockPart:
    part = product.mock()
    if part is None:
        return MockPart()
    if not isinstance(part, MockPart):
        raise ConfigurationError(
            f"the mock of '{product.facts.name}' is a {type(part).__name__}.",
            advice="Let Product.mock return a harness.mock.part.MockPart.",
        )
    return part
