"""Name the kinds of data that can be printed, and the ways in which each can be broken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy, integers, tuples

from harness.errors import UnknownName
from harness.jsonvalue import Json, as_text
from harness.strategies.drawing import prepare_drawing
from harness.strategies.identifiers import MALFORMED_NPI_FORMS, npis, wrong_checksum_npis

Value = TypeVar("Value", bound=Json)


def _no_mutations(_: object) -> Mapping[str, Json]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind(Generic[Value]):
    """A kind of data: what makes it valid, and what breaks it, by name."""

    title: str
    """What is printed, as help says it."""
    examples: tuple[str, ...]
    valid: Callable[[], SearchStrategy[Value]]
    broken: Mapping[str, Callable[[], SearchStrategy[Value]]] = field(default_factory=dict)
    mutations: Callable[[Value], Mapping[str, Json]] = _no_mutations
    """Ways to break a valid value after it was drawn, where that is how it is broken."""
    way: str = "way to break it"
    """What a way to break it is called, in a message."""

    @property
    def is_breakable(self) -> bool:
        """Return whether there is a way to break it, without drawing a value."""
        return bool(self.broken) or self.mutations is not _no_mutations

    def ways(self) -> tuple[str, ...]:
        """Return the names of all ways to break it."""
        # What can be broken may depend on the value, so one is drawn to see it.
        (first,) = _drawn(self.valid(), count=1, of_seed=1)
        return (*self.broken, *self.mutations(first))

    def samples(self, *, broken: str = "", count: int, of_seed: int) -> tuple[str, ...]:
        """Return values as text, the same ones for the same seed. Raises UnknownName.

        The beginning of several ways to break a value stands for these in turn: `npi-checksum` for
        `npi-checksum-plus-1` and so on.
        """
        strategy = self.broken[broken]() if broken in self.broken else self.valid()
        found = _drawn(strategy, count=count, of_seed=of_seed)
        if not broken or broken in self.broken:
            return tuple(map(as_text, found))
        family = self._family(broken)
        return tuple(
            as_text(self.mutations(value)[family[number % len(family)]])
            for number, value in enumerate(found)
        )

    def _family(self, broken: str) -> tuple[str, ...]:
        known = self.ways()
        # A name as such comes before all names that begin with it.
        found = tuple(each for each in known if each == broken)
        found = found or tuple(each for each in known if each.startswith(f"{broken}-"))
        # Only changes of a drawn value form a family; others have a strategy each.
        if not found or not set(found).isdisjoint(self.broken):
            raise UnknownName(None, kind=self.way, name=broken, known=known)
        return found


@dataclass(frozen=True, slots=True)
class SamplePart:
    """The kinds of data of a product, by the words that name them on a command line."""

    kinds: Mapping[str, Kind[str] | Kind[Mapping[str, Json]]]


# A function of its own, or every entry would see the last change of the loop.
def _npi_form(change: Callable[[str], str]) -> Callable[[], SearchStrategy[str]]:
    return lambda: npis().map(change)


KINDS: Mapping[str, Kind[str]] = {
    "npi": Kind(
        "National Provider Identifiers",
        ("npi --count 3", "npi --broken checksum"),
        npis,
        {
            "checksum": wrong_checksum_npis,
            **{name: _npi_form(change) for name, change in MALFORMED_NPI_FORMS.items()},
        },
    ),
}


def drawn_once(strategy: SearchStrategy[Value], *, of_seed: int) -> Value:
    """Return one value that looks like data, the same one for the same seed."""
    return _drawn(strategy, count=1, of_seed=of_seed)[0]


def _drawn(strategy: SearchStrategy[Value], *, count: int, of_seed: int) -> tuple[Value, ...]:
    """Draw outside a test, distinct by their text; a number drawn beside keeps equal ones coming."""
    found: dict[str, Value] = {}

    # Without a database and in one phase, so that nothing but the seed decides.
    @seed(of_seed)
    @settings(
        max_examples=count * 5,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(tuples(strategy, integers(0, 10_000)))
    def draw(pair: tuple[Value, int]) -> None:
        found.setdefault(repr(pair[0]), pair[0])

    prepare_drawing()
    draw()
    # Hypothesis begins with the simplest values; the later ones look like data.
    return tuple(found.values())[-count:]
