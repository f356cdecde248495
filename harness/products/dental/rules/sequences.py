"""Promises on sequences of calls: whatever was done before, the API behaves as its model does."""

from collections.abc import Collection

from hypothesis import Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from harness.config import Credentials
from harness.files.upload import Upload
from harness.outcome import Check
from harness.products.dental.rules.model import US, ModelRunner, Pick, SequenceOutcome
from harness.products.dental.rules.requests import REFUSES
from harness.products.dental.strategies.files import uploads
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
from harness.rules.trial import Effort, Falsified, unsteady
from harness.strategies.drawing import prepare_drawing

_CASE = "dental/model/sequences"
# Steps of a sequence: some uploads, a few tokens, and searches across them.
_STEPS = 20
_SEARCHING_ROLES = ("foreign", "payer")
_MOST_TOKENS = 3
"""More at a time would fill the sequences with requests for tokens."""
_WAITS = (1.0, 1800.0, 3500.0, 3600.0, 7200.0)
"""Seconds on both sides of the ends that a token may have."""


def model_rules(
    credentials: Credentials, roles: Collection[str], effort: Effort
) -> tuple[AnyRule, ...]:
    """Return the rule on sequences, with as many identities as there are credentials for."""

    def verify(target: Target, _: object) -> Checks:
        return run_sequences(target, credentials, roles, effort)

    # The rule itself draws nothing: the state machine draws its own steps.
    return (
        Rule(
            _CASE,
            "any sequence of uploads, searches and new tokens goes as the model says",
            ("D013", "D014", "D023", "D062", "D132", "D135", "D138"),
            verify,
            needs=REFUSES,
            alone=True,
        ),
    )


def run_sequences(
    target: Target, credentials: Credentials, roles: Collection[str], effort: Effort
) -> tuple[Check, ...]:
    """Return the checks of the shortest failing sequence, or those of the last step of all."""
    prepare_drawing()
    outcome = SequenceOutcome()
    machine = _machine(target, credentials, roles, outcome)
    # As `try_rule` does it, so that a run repeats its sequences too.
    seed(effort.stream(_CASE))(machine)
    machine_settings = settings(
        effort.settings(), stateful_step_count=_STEPS, verbosity=Verbosity.quiet
    )
    try:
        run_state_machine_as_test(machine, settings=machine_settings)
    except Falsified as found:
        return found.checks
    except Flaky:
        if not outcome.last_failure and outcome.stopped_by is not None:
            # No step follows once the target cannot be asked, which makes the walk look unsteady.
            raise outcome.stopped_by from None
        return (*outcome.last_failure, unsteady())
    if outcome.stopped_by is not None:
        raise outcome.stopped_by
    return outcome.last


def _machine(
    target: Target, credentials: Credentials, roles: Collection[str], outcome: SequenceOutcome
) -> type[RuleBasedStateMachine]:
    searchers = st.sampled_from([US, *(role for role in _SEARCHING_ROLES if role in roles)])
    # Counted from the newest; beyond the number of tokens it starts again.
    tokens = st.integers(0, 3)

    class Sequence(RuleBasedStateMachine):
        """One walk through the API, with the model beside it."""

        def __init__(self) -> None:
            super().__init__()
            self.runner = ModelRunner(target, credentials, outcome)

        @initialize()
        def begin(self) -> None:
            # Every other step needs a token.
            self.runner.new_token()

        @precondition(lambda self: self.runner.lifetimes.good < _MOST_TOKENS)
        @rule()
        def new_token(self) -> None:
            self.runner.new_token()

        @precondition(lambda self: self.runner.lifetimes.ends)
        @rule(files=uploads(min_size=1, max_size=4, kinds=("pdf", "png", "txt")), token=tokens)
        def upload(self, files: tuple[Upload, ...], token: int) -> None:
            self.runner.upload(files, token)

        @precondition(lambda self: self.runner.model.calls)
        @rule(picks=_picks(), who=searchers, token=tokens, with_unknown=_rarely())
        def search(self, picks: list[Pick], who: str, token: int, with_unknown: bool) -> None:  # noqa: FBT001 called by name only
            self.runner.search(picks, who, token, with_unknown=with_unknown)

        @precondition(lambda _: target.advance is not None)
        @rule(seconds=st.sampled_from(_WAITS))
        def wait(self, seconds: float) -> None:
            self.runner.wait(seconds)

    return Sequence


def _picks() -> st.SearchStrategy[list[Pick]]:
    # Small numbers, taken modulo what there is, so that shrinking leads to the first call and file.
    pick = st.builds(Pick, call=st.integers(0, 3), file=st.integers(-1, 2), is_bare=st.booleans())
    return st.lists(pick, min_size=1, max_size=4)


def _rarely() -> st.SearchStrategy[bool]:
    # An unknown id refuses the whole search, which would leave little to compare.
    return st.sampled_from((False, False, False, True))
