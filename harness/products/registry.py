"""Every product there is: those that ship, and those of other packages that announce one.

A package announces a product by an entry point of the group `harness.products`; `docs/add-an-api.md` shows it.
"""

from functools import cache
from importlib.metadata import entry_points

from harness.errors import ConfigurationError
from harness.product import Product, Products
from harness.products.dental.product import DENTAL
from harness.products.medical.product import MEDICAL
from harness.products.prior_auth.product import PRIOR_AUTH

GROUP = "harness.products"
SHIPPED: tuple[Product, ...] = (DENTAL, MEDICAL, PRIOR_AUTH)


# Loading entry points imports other packages; once a process is enough.
@cache
def installed() -> Products:
    """Return all products, ours first. Raises ConfigurationError where a package brings none, or one twice."""
    return Products((*SHIPPED, *_of_other_packages()))


def _of_other_packages() -> tuple[Product, ...]:
    # By name, so that the order of installation does not change that of the cases.
    announced = sorted(entry_points(group=GROUP), key=lambda each: each.name)
    return tuple(_loaded(each.name, each.load()) for each in announced)


def _loaded(name: str, loaded: object) -> Product:
    if isinstance(loaded, Product):
        return loaded
    raise ConfigurationError(
        f"the entry point '{name}' of {GROUP} is a {type(loaded).__name__} and not a product.",
        advice="Let it name a harness.product.Product.",
    )
