"""The mock that is made of some products: their faults and tolerances by id, and who may call them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from harness.errors import UnknownName
from harness.mock import answer, damage, tolerances
from harness.mock.damage import Damage
from harness.mock.fault import ActiveFaults, Fault, Named
from harness.mock.part import MockPart, MockProduct, SharedPart
from harness.mock.settings import CLIENTS, Client, MockSettings
from harness.mock.tolerances import Tolerance

Value = TypeVar("Value")


# Without slots, for the cached properties need a place to stand.
@dataclass(frozen=True)
class Frame:
    """Some products, and what is shared between them: token endpoints and their faults."""

    products: tuple[MockProduct, ...]
    shared: SharedPart
    is_alone: bool = False
    """Nothing is shared, and no fault but the products' own is known."""

    @property
    def parts(self) -> tuple[MockPart, ...]:
        return tuple(each.part for each in self.products)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault there is."""
        own = (fault for part in self.parts for fault in part.faults)
        # A mock of a document knows only what can be derived from that document.
        if self.is_alone:
            return tuple(own)
        return (*self.shared.faults, *own, *answer.FAULTS, *damage.FAULTS)

    @cached_property
    def tolerances(self) -> tuple[Tolerance, ...]:
        """Every tolerance there is; a tolerance of several products is one."""
        if self.is_alone:
            return ()
        own = (each for part in self.parts for each in part.tolerances)
        return tolerances.joined((*tolerances.TOLERANCES, *self.shared.tolerances, *own))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.facts.name for each in self.products)

    @property
    def clients(self) -> tuple[Client, ...]:
        """The clients that the mock knows by itself."""
        return (*CLIENTS, *self.shared.clients)

    def roles_of(self, products: Iterable[str]) -> frozenset[str]:
        """Return the roles that clients of these products can have."""
        wanted = frozenset(products)
        found = (each.part.roles for each in self.products if each.facts.name in wanted)
        return frozenset(role for roles in found for role in roles)

    def with_clients(self, settings: MockSettings) -> MockSettings:
        """Return settings in which the built-in clients are all there, unless others were given."""
        return replace(settings, clients=self.clients) if settings.clients == CLIENTS else settings

    def fault_called(self, name: str) -> Fault:
        """Return a fault by its id. Raises UnknownName, which suggests a near one."""
        return _called(name, "fault", {each.id: each for each in self.faults})

    def damage(self, names: Iterable[str]) -> Damage | None:
        """Return what becomes of answers on the way, where a fault of the transport is named."""
        # The damage is the same for all; where tokens are given depends on the products.
        found = damage.damage_of(frozenset(names))
        return replace(found, token_paths=self.shared.paths) if found else None

    def active(self, names: Iterable[str], others: Iterable[Named] = ()) -> ActiveFaults:
        """Return the faults with these ids and whatever else is on. Raises UnknownName."""
        return ActiveFaults([*map(self.fault_called, names), *others])

    def tolerances_called(self, names: Iterable[str]) -> tuple[Tolerance, ...]:
        """Return tolerances by their ids, in order. Raises UnknownName, which suggests a near one."""
        known = {each.id: each for each in self.tolerances}
        # Sorted, so that two tolerances act in one order however they were given.
        return tuple(_called(name, "tolerance", known) for name in sorted(set(names)))


def _called(name: str, kind: str, known: Mapping[str, Value]) -> Value:
    if name not in known:
        raise UnknownName(None, kind=kind, name=name, known=tuple(known))
    return known[name]
