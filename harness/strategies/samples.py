"""Name the kinds of data that can be printed, and the ways in which each can be broken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy, integers, tuples

from harness.errors import UnknownName
from harness.jsonvalue import Json
from harness.products.dental.strategies import procedures, teeth
from harness.products.dental.strategies.claims import claims
from harness.products.dental.strategies.mutations import mutations
from harness.products.prior_auth.strategies.x12_messages import (
    x12_278_inquiries,
    x12_278_submissions,
)
from harness.strategies import npis
from harness.strategies.drawing import prepare_drawing

Value = TypeVar("Value")
Make = Callable[[], SearchStrategy[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data: what makes it valid, and what breaks it, by name."""

    valid: Make
    broken: Mapping[str, Make] = field(default_factory=dict)


def _npi_form(change: Callable[[str], str]) -> Make:
    return lambda: npis.npis().map(change)


KINDS: Mapping[str, Kind] = {
    "npi": Kind(
        npis.npis,
        {
            "checksum": npis.wrong_checksum_npis,
            **{name: _npi_form(change) for name, change in npis.MALFORMED_NPI_FORMS.items()},
        },
    ),
    "tooth": Kind(
        teeth.tooth_numbers,
        {"fdi-only": teeth.fdi_only_tooth_numbers, "bad-list": teeth.malformed_tooth_lists},
    ),
    "procedure": Kind(
        procedures.procedure_codes,
        {
            "too-long": procedures.too_long_procedure_codes,
            "bad-list": procedures.malformed_procedure_lists,
        },
    ),
    "x12 inquiry": Kind(x12_278_inquiries),
    "x12 submission": Kind(x12_278_submissions),
}


def samples(kind: str, *, broken: str = "", count: int, of_seed: int) -> tuple[str, ...]:
    """Return values of a kind as text, the same ones for the same seed. Raises UnknownName."""
    chosen = KINDS[kind]
    if broken and broken not in chosen.broken:
        raise UnknownName(None, kind="way to break it", name=broken, known=tuple(chosen.broken))
    strategy = chosen.broken[broken]() if broken else chosen.valid()
    return tuple(str(value) for value in _drawn(strategy, count=count, of_seed=of_seed))


def claim_samples(
    *, submitter_id: str, tax_id: str, broken: str = "", count: int, of_seed: int
) -> tuple[Mapping[str, Json], ...]:
    """Return whole dental claims, each with the named fault where one is named.

    The beginning of several names stands for these faults in turn: `npi-checksum` for
    `npi-checksum-plus-1` and so on.
    """
    whole = claims(submitter_id=submitter_id, tax_id=tax_id)
    found = _drawn(whole, count=count, of_seed=of_seed)
    if not broken:
        return found
    faults = _faults_called(broken)
    return tuple(
        _broken_claim(value, faults[number % len(faults)]) for number, value in enumerate(found)
    )


def claim_faults() -> tuple[str, ...]:
    """Return the names of the faults that a claim can have."""
    whole = claims(submitter_id="999898", tax_id="123456789")
    return tuple(each.rule for each in mutations(_drawn(whole, count=1, of_seed=1)[0]))


def _faults_called(name: str) -> tuple[str, ...]:
    known = claim_faults()
    if name in known:
        return (name,)
    family = tuple(each for each in known if each.startswith(f"{name}-"))
    if not family:
        raise UnknownName(None, kind="fault of a claim", name=name, known=known)
    return family


def _broken_claim(value: Mapping[str, Json], fault: str) -> Mapping[str, Json]:
    for each in mutations(value):
        if each.rule == fault:
            return each.claim
    raise UnknownName(None, kind="fault of a claim", name=fault, known=claim_faults())


def drawn_once(strategy: SearchStrategy[Value], *, of_seed: int) -> Value:
    """Return one value that looks like data, the same one for the same seed."""
    return _drawn(strategy, count=1, of_seed=of_seed)[0]


def _drawn(strategy: SearchStrategy[Value], *, count: int, of_seed: int) -> tuple[Value, ...]:
    """Draw outside a test, distinct by their text; a number drawn beside keeps equal ones coming."""
    found: dict[str, Value] = {}

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
