"""The kinds of data of all products that can be printed."""

from collections.abc import Mapping

from harness.errors import ConfigurationError
from harness.jsonvalue import Json
from harness.product import Products, part_of
from harness.strategies.samples import KINDS, Kind, SamplePart

AnyKind = Kind[str] | Kind[Mapping[str, Json]]


def kinds(products: Products) -> Mapping[str, AnyKind]:
    """Return every kind by the words that name it. Raises ConfigurationError where two are named alike."""
    found: dict[str, AnyKind] = {**KINDS}
    for product in products.all:
        part = part_of(product, "samples", SamplePart) or SamplePart({})
        for name, kind in part.kinds.items():
            if name in found:
                raise ConfigurationError(
                    f"two kinds of data are called '{name}', one of them by {product.name}.",
                    advice="Give one of them another name.",
                )
            found[name] = kind
    return found
