"""Answer what went wrong before or beside the rules of an API, each API in its own words."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from harness.jsonvalue import Json
from harness.mock.fault import ActiveFaults
from harness.mock.gate import MISSING
from harness.mock.reply import Reply, written
from harness.mock.settings import MockSettings
from harness.products.dental.mock import api as dental
from harness.products.dental.mock.problems import failure
from harness.products.medical.mock import api as medical
from harness.products.medical.mock import retrieval
from harness.products.platform.mock import token_endpoints
from harness.products.prior_auth.mock import api as prior_auth


@dataclass(frozen=True, slots=True)
class Failures:
    """The handler of what no endpoint answers."""

    settings: MockSettings
    faults: ActiveFaults

    async def answer(self, request: Request, problem: Exception) -> Response:
        """Answer an HTTPException (no route, no token, unreadable body) or a bug of the mock."""
        if isinstance(problem, HTTPException):
            headers = tuple((problem.headers or {}).items())
            reply = _reply(request.scope["path"], problem.status_code, problem.detail, headers)
        else:
            reply = self._crash(request.scope["path"])
        return written(self.faults.changed(f"failure.{reply.status}", reply))

    def _crash(self, path: str) -> Reply:
        """Return the answer to a bug; the submission API names it as its framework does."""
        if not path.startswith(medical.SUBMISSION_BASE):
            return _reply(path, 500, medical.UNABLE, ())
        return medical.unable(self.settings.clock())


def _reply(path: str, status: int, sentence: str, headers: tuple[tuple[str, str], ...]) -> Reply:
    if path.startswith(dental.BASE):
        return failure(status, headers, sentence)
    if path.startswith(prior_auth.BASE):
        return prior_auth.failure(status, sentence, headers)
    if path.startswith(token_endpoints.SNTL_PATH):
        return _with(token_endpoints.sntl_failure(status, sentence), headers)
    if path.startswith(token_endpoints.V2_PATH):
        return _with(token_endpoints.v2_failure(status, "invalid_request", sentence), headers)
    return _medical_reply(path, status, sentence, headers)


def _medical_reply(
    path: str, status: int, sentence: str, headers: tuple[tuple[str, str], ...]
) -> Reply:
    if status == 401:
        error = "invalid_request" if sentence == MISSING else "invalid_access_token"
        body: Json = {"error": error, "error_description": sentence}
        return Reply(status, body, headers=headers)
    if path.startswith(retrieval.BASE):
        return retrieval.failure(status, sentence, headers)
    if path.startswith(medical.SUBMISSION_BASE) and status in (400, 413, 415, 429):
        return Reply(status, _submission_errors(sentence), headers=headers)
    return Reply(status, {"statusCode": str(status), "statusMessage": sentence}, headers=headers)


def _submission_errors(sentence: str) -> Json:
    return {"status": "errors", "errors": [{"field": "request", "description": sentence}]}


def _with(reply: Reply, headers: tuple[tuple[str, str], ...]) -> Reply:
    return Reply(reply.status, reply.body, reply.media_type, (*reply.headers, *headers))
