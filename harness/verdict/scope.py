"""Say what a verdict speaks of: which target, which cases of how many, which requirements of how many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.config import MOCK_HEADER
from harness.events import RunStarted
from harness.product import PLATFORM
from harness.record import Record

CONTRACT = "contract"
"""The suite of the products, which alone can certify a server."""
SCENARIOS = "scenarios"
"""The scenarios of the judge, which alone can certify a client."""
CLIENT = "client"
"""The role of what was tested in a run of the judge."""
WHOLE = "whole"
_SUITES = (CONTRACT, SCENARIOS)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a verdict speaks of; without it no verdict is printed."""

    target: str = ""
    """The name of the environment: `mock`, `sandbox`, `custom`, or one of the user's."""
    base_url: str = ""
    is_mock: bool = False
    """The target is the mock that ships with the program, by whichever URL it was reached."""
    products: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Products that have requirements and were not part of the run."""
    suite: str = ""
    """`contract`, or the Arazzo document that the cases were taken from."""
    selection: str = WHOLE
    """`whole`, or what was left out, in words."""
    profile: str = ""
    cases: int = 0
    """Cases that ran and applied."""
    cases_total: int = 0
    """Cases that the suite has for these products."""
    requirements_tested: int = 0
    requirements_total: int = 0
    role: str = "server"
    """`client` where a client was under judgement, and the target is the judge that it called."""

    @property
    def is_client(self) -> bool:
        """True where a client was judged."""
        return self.role == CLIENT

    @property
    def is_whole(self) -> bool:
        """True where no case of the suite was left out by choice."""
        return self.selection == WHOLE

    def to_json(self) -> dict[str, object]:
        """Return the member `scope` of verdict.json, certificate.json and the signed statement."""
        return {
            "role": self.role,
            "target": self.target,
            "base_url": self.base_url,
            "is_mock": self.is_mock,
            "products": list(self.products),
            "suite": self.suite,
            "selection": self.selection,
            "profile": self.profile,
            "cases": self.cases,
            "cases_total": self.cases_total,
            "requirements_tested": self.requirements_tested,
            "requirements_total": self.requirements_total,
        }

    @property
    def sentence(self) -> str:
        """Return the words that stand beside every verdict."""
        # A workflow document of the user's own claims no requirements.
        tested = (
            f"; {self.requirements_tested:,} of {self.requirements_total:,} requirements tested"
            if self.suite in _SUITES
            else ""
        )
        if self.is_client:
            return (
                f"Scope: {self.cases:,} of {_cases(self.cases_total, 'scenario')} "
                f"({self._selected}), a client of {self._subject}, observed by the judge, "
                f"profile {self.profile}{tested}."
            )
        return (
            f"Scope: {self.cases:,} of {_cases(self.cases_total)} ({self._selected}), "
            f"{self._subject}, against {self.target_words}, profile {self.profile}{tested}."
        )

    @property
    def target_words(self) -> str:
        """Name the target so that nobody takes our mock for a server, or a server for our mock."""
        if self.target == "mock" and self.is_mock:
            return "the mock that ships with the program"
        mock = ", which is the mock that ships with the program" if self.is_mock else ""
        return f"{self.target} at {self.base_url or 'an unknown address'}{mock}"

    @property
    def _selected(self) -> str:
        if not self.is_whole:
            return self.selection
        return "the whole suite" if self.suite in _SUITES else "the whole document"

    @property
    def _subject(self) -> str:
        if self.suite in _SUITES:
            without = f" without {_joined(self.without)}" if self.without else ""
            return f"{_joined(self.products)}{without}"
        return self.suite or "a suite that the record does not name"


def scope_of(record: Record, *, ran: int, tested: int, bound: Sequence[str]) -> Scope:
    """Return what a run speaks of: cases that ran and applied, requirements tested of how many.

    `bound` names the product of each requirement.
    """
    run, planned = record.run, len(record.planned)
    # Records of earlier versions do not say how many cases the suite has.
    total = record.cases_total if record.cases_total is not None else planned
    return Scope(
        target=run.environment,
        base_url=run.base_url,
        # A judge answers with our mock by its nature; what is tested there is the client.
        is_mock=is_our_mock(record) and run.role != CLIENT,
        products=run.apis if run.suite in _SUITES else (),
        # Named so that nobody takes a run of one product for a run of all.
        without=tuple(sorted({*bound} - {PLATFORM, *run.apis})),
        suite=run.suite,
        selection=_selection(record, planned, total),
        profile=run.profile,
        cases=ran,
        cases_total=total,
        requirements_tested=tested,
        requirements_total=len(bound),
        role=run.role,
    )


def is_our_mock(record: Record) -> bool:
    """Return whether a run started our mock, or any answer bears its mark: a header, or its token."""
    # Any one is enough: a proxy or another name must not hide our mock.
    return (
        record.run.embedded
        or record.is_mock_recognised
        or any(
            exchange.response is not None and exchange.response.header(MOCK_HEADER) is not None
            for exchange in record.exchanges
        )
    )


def narrowing(run: RunStarted) -> tuple[str, ...]:
    """Return what was asked to be left out of a run, in words."""
    return tuple(
        words
        for words in (
            f"only {run.selection}" if run.selection else "",
            f"shard {run.shard}" if run.shard else "",
        )
        if words
    )


def _selection(record: Record, planned: int, total: int) -> str:
    words = narrowing(record.run)
    if not planned:
        return "none was planned"
    # Without the size of the suite nobody can say that it was whole.
    if not words and record.cases_total is None:
        return "of a suite whose size the record does not say"
    # Nobody asked to leave cases out, and still some were not planned.
    if not words and planned < total:
        return f"{total - planned:,} were not planned"
    return ", ".join(words) or WHOLE


def _cases(count: int, noun: str = "case") -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _joined(names: Iterable[str]) -> str:
    *most, last = tuple(names) or ("no product",)
    return f"{', '.join(most)} and {last}" if most else last
