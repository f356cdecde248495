"""The mock of all products that are installed."""

from functools import lru_cache

from harness.mock.frame import Frame
from harness.mock.part import MockPart, MockProduct, SharedPart, plain_failure
from harness.product import Products, part_of
from harness.products.platform.mock.part import PART
from harness.products.registry import installed


def frame() -> Frame:
    """Return the frame of all installed products."""
    return frame_of(installed())


# A frame is a key of further caches; equal products share one.
@lru_cache(maxsize=8)
def frame_of(products: Products) -> Frame:
    """Return the frame of some products. Raises ConfigurationError where one's mock is none."""
    shared = _NOTHING_SHARED if products.are_derived else PART
    found = tuple(
        MockProduct(each.facts, part_of(each, "mock", MockPart) or MockPart())
        for each in products.all
    )
    return Frame(found, shared, is_alone=products.are_derived)


_NOTHING_SHARED = SharedPart((), lambda _: (), plain_failure, lambda _: "")
"""What is shared where the products were made from documents: each has its own way to tokens."""
