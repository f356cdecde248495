"""Answer what went wrong before or beside the rules of an API, each product in its own words."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from harness.mock.fault import ActiveFaults
from harness.mock.frame import Frame
from harness.mock.part import Failure, plain_failure
from harness.mock.reply import Reply, written
from harness.mock.settings import MockSettings

BUG = "Unable to process the request at this time, please try again later"


@dataclass(frozen=True, slots=True)
class Failures:
    """The handler of what no endpoint answers."""

    frame: Frame
    settings: MockSettings
    faults: ActiveFaults

    async def answer(self, request: Request, problem: Exception) -> Response:
        """Answer an HTTPException (no route, no token, unreadable body) or a bug of the mock."""
        path, now = request.scope["path"], self.settings.clock()
        if isinstance(problem, HTTPException):
            headers = tuple((problem.headers or {}).items())
            failure = Failure(path, problem.status_code, problem.detail, headers, now)
        else:
            failure = Failure(path, 500, BUG, (), now, is_bug=True)
        reply = self._worded(failure)
        return written(self.faults.changed(f"failure.{reply.status}", reply))

    def _worded(self, failure: Failure) -> Reply:
        """Word a failure as the product that owns the path does; what nobody owns gets plain words."""
        for each in self.frame.products:
            if each.facts.owns(failure.path):
                return each.part.failure(failure)
        if any(failure.path.startswith(path) for path in self.frame.shared.paths):
            return self.frame.shared.failure(failure)
        return plain_failure(failure)
