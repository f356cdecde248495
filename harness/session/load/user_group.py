"""The users of one process: how many there are, when they end, and what they have done so far."""

from collections.abc import Callable
from itertools import count
from threading import Event, Lock

from harness.errors import HarnessError, InvalidArgument
from harness.session.load.users import User
from harness.verdict.load.tally import Tally, Visit

IDLE_SECONDS = 0.2
"""A user who could send nothing waits so long: he would only turn a processor."""


class UserGroup:
    """Runs users, each in a thread of its own or in what stands for one."""

    def __init__(self) -> None:
        self._next_user: Callable[[], User] | None = None
        self._iterations = 0
        self._lock = Lock()
        self._fresh = Tally()
        self._ending, self._stopped = Event(), Event()
        self.entered = self.left = self.done = 0
        """Users that have begun, that have ended, and that did all they were asked for."""
        self.problem: HarnessError | None = None
        """What keeps every user from going on."""

    def plan(self, next_user: Callable[[], User], *, iterations: int = 0) -> None:
        """Set who comes, and how often each goes through a workflow; 0: until it is asked to end."""
        self._next_user = next_user
        self._iterations = iterations

    def is_stopped(self) -> bool:
        """Return whether a visit under way is to come to its end at its next step."""
        return self._stopped.is_set()

    @property
    def is_ending(self) -> bool:
        """Whether no further visit is begun."""
        return self._ending.is_set()

    @property
    def active(self) -> int:
        """How many users there are now."""
        return self.entered - self.left

    def end(self, *, at_once: bool) -> None:
        """Begin no visit any more; with `at_once` those under way end at their next step."""
        if at_once:
            self._stopped.set()
        self._ending.set()

    def fail(self, problem: HarnessError) -> None:
        """End all of it, since no user can go on."""
        # The first problem is what ended it, and the others follow from it.
        self.problem = self.problem or problem
        self.end(at_once=True)

    def live(self, report: Callable[[Visit], None]) -> None:
        """Be one user from beginning to end; `report` hears of every visit."""
        if self._next_user is None:
            raise InvalidArgument("nobody has planned who the users are")
        # Under the lock, since no two users may have one number.
        with self._lock:
            self.entered += 1
            user = self._next_user()
        try:
            self._visits(user, report)
            # Locust would put another user in the place of one who left.
            self._ending.wait()
        finally:
            with self._lock:
                self.left += 1

    def taken(self) -> Tally:
        """Return what was done since the last time."""
        with self._lock:
            fresh, self._fresh = self._fresh, Tally()
        return fresh

    def _visits(self, user: User, report: Callable[[Visit], None]) -> None:
        # Without a number there is no last visit but the one that the end cuts off.
        for number in range(self._iterations) if self._iterations else count():
            if self.is_ending:
                return
            try:
                visit = user.visit(number)
            except HarnessError as problem:
                self.fail(problem)
                return
            with self._lock:
                self._fresh.add(visit)
            report(visit)
            if not visit.samples:
                self._ending.wait(IDLE_SECONDS)
        with self._lock:
            self.done += 1
