"""What is known of each API before anything of it is loaded: names, documents, endpoints, tokens.

A product is one object. It is registered once (`harness.products.registry`) and passed along as a value;
whatever looks a product up and does not find it raises, so that no API is taken for another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from harness.errors import ConfigurationError, UnknownName

PLATFORM = "platform"
"""The set of requirements that binds every product: tokens, authorization, transport."""


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where the tokens of a product come from, and what is promised of that endpoint."""

    document: str
    path: str
    takes_form: bool = False
    """It wants a form and answers in its own words; otherwise it takes JSON and speaks RFC 6749."""
    lifetimes: tuple[float, ...] = (3600.0,)
    """Seconds that the documents allow for `expires_in`."""
    requirements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids by topic; of a topic without ids nothing is promised, and no case is made."""


@dataclass(frozen=True, slots=True)
class Health:
    """A healthcheck: the operation, where its cases are filed, and what they verify."""

    document: str
    operation_id: str
    prefix: str
    requirements: tuple[str, ...]
    needs: tuple[str, ...] = ()
    opens_with_token: bool = False
    """It is the one that shows whether a token serves; otherwise the first of the product does."""


@dataclass(frozen=True, slots=True)
class Protected:
    """An operation that wants a token: where its cases are filed and what they verify."""

    api: str
    """The document that has the operation."""
    group: str
    """The product whose tokens open it."""
    operation_id: str
    prefix: str
    requirements: tuple[str, ...]
    missing_requirements: tuple[str, ...]
    """Verified in addition by sending no header at all."""
    suffix: str = ""
    needs: tuple[str, ...] = ()
    judges_methods: bool = False
    """Rules of the product itself say which methods are refused."""

    @property
    def is_health(self) -> bool:
        return self.prefix.endswith("health")

    @property
    def is_read(self) -> bool:
        """Return whether it is called by GET."""
        return self.is_health or self.operation_id.startswith("get")


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """One API family: what has to be known of it without its rules, its mock or its data."""

    name: str
    """As in `--api`, in case ids and in the folder of its requirement set."""
    title: str
    documents: tuple[str, ...]
    """Its OpenAPI documents by name, that of its token endpoint included."""
    base_paths: tuple[str, ...]
    """Where its operations begin; no other product may answer below them."""
    token: TokenEndpoint | None = None
    health: tuple[Health, ...] = ()
    protected: tuple[Protected, ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict)
    """Documents that not every target has, each with the capability that says so; a run asks."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Further credentials that its rules can use, each with the client of the mock that has them."""
    wants: tuple[str, ...] = ()
    """Fields of the environment without which nothing can be sent."""
    in_production: Mapping[str, str] = field(default_factory=dict)
    """Requirements of the sandbox, each with the one that takes its place in production."""
    is_derived: bool = False
    """It was made from a document at run time, and nothing that ships speaks of it."""
    specs: Path | None = None
    """The folder of its documents and requirement set; None: they ship with this program."""
    workflows: Path | None = None
    """The folder of its Arazzo documents; None: those that it has ship with this program."""

    def owns(self, path: str) -> bool:
        """Return whether a path of a request is one of this product's."""
        # Below whole segments, so that `/a/v1` does not own `/a/v10`.
        return any(path == base or path.startswith(f"{base}/") for base in self.base_paths)

    @property
    def token_health(self) -> Health | None:
        """The healthcheck that shows whether a token serves."""
        # Where none is flagged, the first one shows it.
        flagged = [each for each in self.health if each.opens_with_token]
        return next(iter((*flagged, *self.health)), None)


Part = TypeVar("Part")

Load = Callable[[], object]
"""Imports a part when it is needed: Hypothesis and Starlette take longer to import than to use."""


def _nothing() -> None:
    """Stand for a part that a product does not have."""


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """One API family with all that is known of it; each part is imported on its first use."""

    facts: ProductFacts
    rules: Load = _nothing
    """Returns a `harness.rules.part.RulePart`."""
    mock: Load = _nothing
    """Returns a `harness.mock.part.MockPart`."""
    clients: Load = _nothing
    """Returns a `harness.judge.product.ClientProduct`: what has to be known to judge its clients."""
    samples: Load = _nothing
    """Returns kinds of data for `harness generate`: a `harness.strategies.samples.SamplePart`."""

    @property
    def name(self) -> str:
        return self.facts.name

    def __eq__(self, other: object) -> bool:
        """Compare without the facts: a copy that came from another process is the same product."""
        # Loaders are functions of modules, which travel between processes by name and stay the
        # same.
        return isinstance(other, Product) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, Load, Load]:
        return self.facts.name, self.rules, self.mock


def part_of(
    product: Product, name: Literal["rules", "mock", "clients", "samples"], kind: type[Part]
) -> Part | None:
    """Return a part of a product; None where it has none. Raises ConfigurationError.

    What a package of others returns is known only once it is called, so the type is checked here.
    """
    # The type of `name` keeps this to the four fields that are loaders.
    load: Load = getattr(product, name)
    part = load()
    if part is not None and not isinstance(part, kind):
        verb = "is" if name == "mock" else "are"
        raise ConfigurationError(
            f"the {name} of '{product.name}' {verb} a {type(part).__name__}.",
            advice=f"Let Product.{name} return a {kind.__module__}.{kind.__qualname__}.",
        )
    return part


@dataclass(frozen=True, slots=True)
class Products:
    """The products of a run, passed along as a value. Every lookup that finds nothing raises."""

    all: tuple[Product, ...] = ()
    sets: tuple[Path, ...] = ()
    """Further folders of requirement sets: those of rules of one's own."""
    names: tuple[str, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        names = tuple(each.name for each in self.all)
        object.__setattr__(self, "names", names)
        bases = [base for each in self.facts for base in each.base_paths]
        # Raises with the first: each of them would let one product answer for another.
        for twice in (*_twice(names), *_twice(bases)):
            raise ConfigurationError(
                f"two products call '{twice}' theirs.",
                advice="Remove one of the packages that bring them.",
            )

    @property
    def facts(self) -> tuple[ProductFacts, ...]:
        return tuple(each.facts for each in self.all)

    def called(self, name: str) -> ProductFacts:
        """Return what is known of a product. Raises UnknownName."""
        for each in self.facts:
            if each.name == name:
                return each
        raise UnknownName(None, kind="API", name=name, known=self.names)

    def at_path(self, path: str) -> ProductFacts | None:
        """Return the product that answers at a path; None where none does, and never another."""
        return next((each for each in self.facts if each.owns(path)), None)

    def token(self, name: str) -> TokenEndpoint:
        """Return the token endpoint that serves a product. Raises UnknownName, ConfigurationError."""
        found = self.called(name).token
        if found is None:
            raise ConfigurationError(f"the API '{name}' has no token endpoint.")
        return found

    @property
    def with_tokens(self) -> tuple[str, ...]:
        """The names of the products that have a token endpoint."""
        return tuple(each.name for each in self.facts if each.token)

    @property
    def are_derived(self) -> bool:
        """Whether all of them were made from documents, so that no set that ships binds them."""
        return bool(self.all) and all(each.is_derived for each in self.facts)

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The documents of each product, its token endpoint's included."""
        return {each.name: each.documents for each in self.facts}

    @property
    def roles(self) -> Mapping[str, str]:
        """Every role beyond a run's own credentials, with the client of the mock that has it."""
        return {role: client for each in self.facts for role, client in each.roles.items()}

    @property
    def protected(self) -> tuple[Protected, ...]:
        return tuple(each for product in self.facts for each in product.protected)

    @property
    def specs(self) -> tuple[Path, ...]:
        """The folders of documents and requirement sets that other packages bring."""
        # Each once, in the order of the products: two may come in one package with one folder.
        return tuple(dict.fromkeys((*(x.specs for x in self.facts if x.specs), *self.sets)))

    @property
    def workflows(self) -> tuple[Path, ...]:
        """The folders of Arazzo documents that other packages bring."""
        return tuple(dict.fromkeys(each.workflows for each in self.facts if each.workflows))


def _twice(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(values) if values.count(each) > 1)
