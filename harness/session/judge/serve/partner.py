"""One session of a partner: scenarios are begun, observed and judged, and everything is recorded at once."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from harness import __version__
from harness.client.redaction import Redactor
from harness.events import Attested, CaseFinished, CaseStarted, RunFinished, RunResumed
from harness.judge.calls import Call
from harness.judge.judgement import is_alive
from harness.judge.observe import Clocks
from harness.judge.privacy import Given
from harness.judge.product import inputs_of
from harness.judge.scenario import Scenario, control_of
from harness.judge.session import Session, fresh
from harness.outcome import Outcome, Status
from harness.session.judge.products import Judged
from harness.session.judge.run import given_to
from harness.session.judge.serve.judging import (
    CLOSING_SECONDS,
    EarlierTokens,
    outcome_of,
    quiet_seconds,
    refuse,
    with_attempts,
)
from harness.session.judge.serve.recording import CallRecorder, Hub
from harness.session.judge.serve.state import (
    Active,
    Answer,
    Phase,
    Refused,
    ScenarioState,
    SessionPlace,
)
from harness.session.judge.server import mock_for
from harness.session.run.journal import Journal

LIMIT_SECONDS = 900.0
"""How long a person has for one scenario before it is judged as it stands."""
MOST_IDLE_CALLS = 200
"""Calls between two scenarios that are recorded."""
IDLE = "session/between"
EARLIER = "session/earlier-token"
_PREVIEW_SECONDS = 0.15


class PartnerSession:
    """The state of one session; only its own page and its own calls change it."""

    def __init__(
        self, place: SessionPlace, journal: Journal, redactor: Redactor, clocks: Clocks
    ) -> None:
        self.place = place
        self.hub = Hub()
        self.states: dict[str, ScenarioState] = {}
        self.active: Active | None = None
        self.preview: Outcome | None = None
        self.misses: tuple[str, ...] = ()
        self.is_finished = False
        self.is_concluding = False
        """Verdict and reports are being written; nothing can be begun."""
        self.was_restored = False
        self.last = ""
        """The scenario that was begun last."""
        self.journal = journal
        self.redactor = redactor
        self.recorder = CallRecorder(journal, redactor, self.hub)
        self._clocks = clocks
        self._scenarios = {
            scenario.id: (product, scenario)
            for product in place.products
            for scenario in product.scenarios
        }
        self._routes = tuple(
            dict.fromkeys(route for product in place.products for route in product.routes)
        )
        self.earlier = EarlierTokens()
        self._idle_calls = 0
        self._idle = self._new_session(self._seen_idle)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_previewing = False
        redactor.learn_credential(place.identity.credentials.client_secret)

    @property
    def scenarios(self) -> Mapping[str, tuple[Judged, Scenario]]:
        """Every scenario of the session with its product, in the order of the plan."""
        return self._scenarios

    @property
    def prefix(self) -> str:
        return f"/s/{self.place.identity.key}"

    def state(self, scenario: str) -> ScenarioState:
        """Return what became of a scenario."""
        return self.states.get(scenario, ScenarioState())

    @property
    def next_open(self) -> str:
        """The first scenario without an outcome; empty where each has one."""
        return next((name for name in self._scenarios if self.state(name).outcome is None), "")

    @property
    def seconds_left(self) -> float:
        return max(self.active.deadline - self._clocks.monotonic(), 0.0) if self.active else 0.0

    def begin(self, name: str) -> None:
        """Begin a scenario, or begin it anew. Raises Refused."""
        if name not in self._scenarios:
            raise Refused(f"there is no scenario '{name[:100]}'.")
        if self.active is not None:
            raise Refused(f"{self.active.scenario.id} is under way. Press Done or Skip first.")
        if self.is_concluding:
            raise Refused("the session is being finished. Wait a moment.")
        product, scenario = self._scenarios[name]
        if self.is_finished or self.state(name).outcome is not None:
            # A record takes one outcome of a case a sitting; what counts is the last one.
            self.journal.write(RunResumed(self._stamp(), __version__))
            self.is_finished = False
        started = self._stamp()
        self.journal.write(CaseStarted(name, started))
        # A token from between two scenarios belongs to none: the client has to fetch one.
        self.earlier.remember(self._idle)
        self.active = self._made_active(product, scenario, started)
        self.last = name
        self.recorder.shown.clear()
        self.preview, self.misses = None, ()
        self.states[name] = replace(self.state(name), note="")
        self._start(self._watch_time(self.active))
        self.changed()

    def extend(self) -> None:
        """Give the scenario under way its time once more. Raises Refused."""
        self._under_way().deadline = self._clocks.monotonic() + LIMIT_SECONDS
        self.changed()

    async def done(self) -> None:
        """Go on from the control to the scenario, or judge the scenario. Raises Refused."""
        active = self._under_way()
        if active.phase is Phase.CONTROL:
            self._to_main(active)
            return
        # Before the first wait, so that a second press of the button is refused.
        active.phase = Phase.JUDGING
        self.changed()
        is_quiet = await self._is_quiet(active)
        outcome, self.misses = await outcome_of(
            active, self.place.identity.credentials, self.redactor, is_quiet=is_quiet
        )
        # That nothing came rests on somebody's word, which is recorded as such.
        if not active.session.calls and active.control and outcome.status is not Status.ERROR:
            self._note_silence(active)
        self._end(active, outcome)

    def skip(self, name: str, reason: str, *, is_absent: bool = False) -> None:
        """Leave a scenario out; without the action it does not apply, else it stays unverified."""
        if name not in self._scenarios:
            raise Refused(f"there is no scenario '{name[:100]}'.")
        if not reason.strip():
            raise Refused("a reason is missing. Say why the scenario is left out.")
        if self.active is not None and self.active.scenario.id != name:
            raise Refused(f"{self.active.scenario.id} is under way. Press Done or Skip first.")
        # Begun first, so that the record has a start for the outcome.
        if self.active is None:
            self.begin(name)
        active = self._under_way()
        if is_absent and active.session.calls:
            raise Refused("the client has made calls here, so it has the action. Press Done.")
        shown = self.redactor.text(reason.strip()[:500])
        action = active.scenario.action
        why = f"the client does not have the action {action}" if is_absent else "skipped by hand"
        status = Status.OMIT if is_absent else Status.SKIP
        self._end(active, Outcome(name, status, (), f"{why}: {shown}"))

    def attest(self, name: str, question: str, who: str, *, is_yes: bool) -> None:
        """Keep what a person says; it stands beside the outcome and is never one. Raises Refused."""
        _, scenario = self._scenarios.get(name, (None, None))
        if scenario is None or question not in scenario.attest:
            raise Refused("the scenario asks no such question.")
        if not who.strip():
            raise Refused("a name is missing. Say who has seen it.")
        answer = Answer(
            self.redactor.text(who.strip()[:100]),
            f"{self._clocks.now():%Y-%m-%d}",
            f"{question}: {'yes' if is_yes else 'no'}",
        )
        if self.is_concluding or self.is_finished:
            raise Refused("the session is finished. Begin a scenario anew to go on.")
        attested = Attested(name, scenario.verifies[0], answer.who, answer.when, answer.what)
        self.journal.write(attested)
        self.keep_answer(name, question, answer)
        self.changed()

    def keep_answer(self, name: str, question: str, answer: Answer) -> None:
        state = self.state(name)
        self.states[name] = replace(state, answers={**state.answers, question: answer})

    def keep_outcome(self, name: str, outcome: Outcome) -> None:
        state = self.state(name)
        attempts = (*state.attempts, str(outcome.status))
        self.states[name] = replace(state, outcome=outcome, attempts=attempts)

    def note_finished(self, seconds: float) -> None:
        """Record the end of the run."""
        self.journal.write(RunFinished(self._stamp(), round(seconds, 3)))
        self.is_finished = True

    def changed(self) -> None:
        self.hub.publish("change", {})

    async def close(self) -> None:
        """End what waits in the background."""
        for task in tuple(self._tasks):
            task.cancel()
        for task in tuple(self._tasks):
            with suppress(asyncio.CancelledError):
                await task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call of the client."""
        active = self.active
        if active is not None and self.earlier.holds(scope, active.session):
            await self._refuse_earlier(active, scope, receive, send)
            return
        session = active.session if active else self._idle
        await session(scope, receive, send)

    async def _refuse_earlier(
        self, active: Active, scope: Scope, receive: Receive, send: Send
    ) -> None:
        call = await refuse(scope, receive, send, self.prefix, self._clocks, self.place.kept)
        active.uncounted += 1
        # A client that keeps an old token may try it without end.
        if active.uncounted <= MOST_IDLE_CALLS:
            self.recorder.record(call, EARLIER, active.given, counts=False)

    def _seen(self, active: Active, call: Call) -> None:
        for token in active.session.tokens:
            self.redactor.learn_credential(token)
        active.exchanges[call.number] = self.recorder.record(
            call, active.scenario.id, active.given, counts=True
        )
        # One at a time: it takes in whatever comes meanwhile.
        if not self._is_previewing:
            self._is_previewing = True
            self._start(self._preview_soon(active))

    def _seen_idle(self, call: Call) -> None:
        if self.is_finished:
            return
        for token in self._idle.tokens:
            self.redactor.learn_credential(token)
        self._idle_calls += 1
        if self._idle_calls <= MOST_IDLE_CALLS:
            self.recorder.record(call, IDLE, Given(), counts=False)
        if self._idle_calls % MOST_IDLE_CALLS == 0:
            # Nothing is judged between scenarios, so that nothing has to be held either.
            self.earlier.remember(self._idle)
            self._idle.end()
            self._idle = self._new_session(self._seen_idle)

    def _made_active(self, product: Judged, scenario: Scenario, started: str) -> Active:
        now = self._clocks.monotonic()
        scenario = fresh(scenario)
        first = first_of(scenario)
        inputs = inputs_of(first or scenario, product.product.generators, self.place.seed)
        # `active` is bound below, before `begin` lets any call through.
        session = self._new_session(lambda call: self._seen(active, call))
        active = Active(
            product=product,
            scenario=scenario,
            session=session,
            phase=Phase.CONTROL if first else Phase.MAIN,
            inputs=inputs,
            given=given_to(product, (inputs,)),
            started=started,
            begun=now,
            deadline=now + LIMIT_SECONDS,
        )
        session.begin(first or scenario)
        return active

    def _to_main(self, active: Active) -> None:
        active.control = active.session.calls
        if not is_alive(active.control, active.scenario.control):
            raise Refused(
                "no accepted call has arrived yet. Let the client make the first call, then press Done."
            )
        self.earlier.remember(active.session)
        generators = active.product.product.generators
        inputs = inputs_of(active.scenario, generators, self.place.seed)
        more = given_to(active.product, (inputs,))
        active.given = Given(active.given.values | more.values, active.given.files | more.files)
        active.inputs = inputs
        active.phase = Phase.MAIN
        active.session.begin(active.scenario)
        self.changed()

    def _note_silence(self, active: Active) -> None:
        """Say on whose word silence rests: no call can show that the client was asked at all."""
        self.journal.write(
            Attested(
                active.scenario.id,
                active.scenario.verifies[0],
                f"{self.place.subject.partner}, at the page of the judge",
                f"{self._clocks.now():%Y-%m-%d}",
                "The client was asked to act, and sent nothing: yes",
            )
        )

    def _under_way(self) -> Active:
        if self.active is None:
            raise Refused("no scenario is under way. Begin one first.")
        if self.active.phase is Phase.JUDGING:
            raise Refused(f"{self.active.scenario.id} is being judged. Wait a moment.")
        return self.active

    async def _is_quiet(self, active: Active) -> bool:
        """Wait until nothing more arrives; false where the client goes on for ever."""
        until = self._clocks.monotonic() + CLOSING_SECONDS
        while self._clocks.monotonic() < until:
            last = max((call.ended for call in active.session.calls), default=active.begun)
            quiet = quiet_seconds(active)
            if active.session.is_idle and self._clocks.monotonic() - last >= quiet:
                return True
            await asyncio.sleep(0.05)
        return False

    def _end(self, active: Active, outcome: Outcome) -> None:
        name = active.scenario.id
        outcome = with_attempts(outcome, self.state(name).attempts)
        spent = round(self._clocks.monotonic() - active.begun, 3)
        outcome = replace(outcome, started=active.started, duration_seconds=spent)
        self.journal.write(CaseFinished(outcome))
        self.keep_outcome(name, outcome)
        self._leave(active)
        self._idle = self._new_session(self._seen_idle)
        self.changed()

    def _leave(self, active: Active) -> None:
        self.preview = None
        self.earlier.remember(active.session)
        active.session.end()
        self.active = None

    async def _watch_time(self, active: Active) -> None:
        """Judge a scenario as it stands once its time is up; without a call there is nothing to judge."""
        while self.active is active and active.phase is not Phase.JUDGING:
            left = active.deadline - self._clocks.monotonic()
            if left > 0:
                # In steps, since `extend` may move the deadline.
                await asyncio.sleep(min(left, 5.0))
                continue
            if active.phase is Phase.MAIN and active.session.calls:
                await self.done()
                return
            name = active.scenario.id
            note = "its time was up before a call arrived; begin it anew"
            self.states[name] = replace(self.state(name), note=note)
            self._leave(active)
            self.changed()

    async def _preview_soon(self, active: Active) -> None:
        """Judge what has arrived so far, for the page alone."""
        await asyncio.sleep(_PREVIEW_SECONDS)
        self._is_previewing = False
        if self.active is active and active.phase is Phase.MAIN:
            outcome, misses = await outcome_of(
                active, self.place.identity.credentials, self.redactor, is_quiet=True
            )
            # It may have ended while it was judged.
            if self.active is active:
                self.preview, self.misses = outcome, misses
        self.changed()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        # The loop holds tasks weakly, and without a reference one may vanish (asyncio.create_task).
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _new_session(self, listen: Callable[[Call], None]) -> Session:
        identity = self.place.identity
        given = (identity.key, identity.credentials, self._routes, mock_for, self._clocks)
        return Session(*given, listen, self.place.kept)

    def _stamp(self) -> str:
        return self._clocks.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def first_of(scenario: Scenario) -> Scenario | None:
    """Return what shows that the client is alive, where a scenario asks for that."""
    return control_of(scenario, scenario.control) if scenario.control else None
