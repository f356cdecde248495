"""What can become of any answer as it leaves, whatever it answers: the wire faults, as data."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from harness.jsonvalue import Json
from harness.mock.answer import Answer, with_header, with_json
from harness.mock.fault import Fault

AREA = "wire"
_FIRST_MEMBER = re.compile(rb'\{("[^"]*"):')
_TRACE = "java.lang.NullPointerException\n\tat com.example.Claims.read(Claims.java:42)"


@dataclass(frozen=True, slots=True)
class ResponseFault:
    """A way to spoil answers on their last yard, given the Authorization header of the request."""

    fault: Fault
    redraft: Callable[[Answer, bytes], Answer]


def _response_fault(
    name: str, breaks: str, sentence: str, redraft: Callable[[Answer, bytes], Answer]
) -> ResponseFault:
    return ResponseFault(Fault(name, AREA, breaks, sentence), redraft)


def _in_latin_1(answer: Answer, _: bytes) -> Answer:
    if not answer.is_json:
        return answer
    media_type = answer.header(b"content-type").partition(b";")[0]
    return with_header(answer, b"content-type", media_type + b"; charset=iso-8859-1")


def _inserted(member: bytes) -> Callable[[Answer, bytes], Answer]:
    """Put text into the first JSON object; a back reference stands for its first member's name."""

    def redraft(answer: Answer, _: bytes) -> Answer:
        if not answer.is_json:
            return answer
        return replace(answer, body=_FIRST_MEMBER.sub(b"{" + member + rb"\1:", answer.body, 1))

    return redraft


def _token_in_header(answer: Answer, authorization: bytes) -> Answer:
    if not authorization:
        return answer
    return replace(answer, headers=(*answer.headers, (b"x-debug-caller", authorization)))


def _token_in_body(answer: Answer, authorization: bytes) -> Answer:
    return _with_debug(answer, authorization.decode("latin-1")) if authorization else answer


def _trace_in_errors(answer: Answer, _: bytes) -> Answer:
    return _with_debug(answer, _TRACE) if answer.status >= 400 else answer


def _with_debug(answer: Answer, shown: str) -> Answer:
    def change(value: Json) -> Json:
        if isinstance(value, dict):
            return {**value, "debug": shown}
        return [*value, shown] if isinstance(value, list) else value

    return with_json(change)(answer)


def _blaming_the_caller(status: int) -> Callable[[Answer, bytes], Answer]:
    """Change the status of refusals, also where the body repeats it."""

    def change(value: Json) -> Json:
        repeats = isinstance(value, dict) and value.get("status") == 400
        return {**value, "status": status} if isinstance(value, dict) and repeats else value

    def redraft(answer: Answer, _: bytes) -> Answer:
        return replace(with_json(change)(answer), status=status) if answer.status == 400 else answer

    return redraft


def _twice(answer: Answer, _: bytes) -> Answer:
    is_multipart = answer.header(b"content-type").startswith(b"multipart/")
    return replace(answer, body=answer.body * 2) if is_multipart else answer


RESPONSE_FAULTS: tuple[ResponseFault, ...] = (
    _response_fault("json-as-latin-1", "O002", "JSON is said to be ISO-8859-1.", _in_latin_1),
    _response_fault("json-not-a-number", "O002", "JSON holds NaN.", _inserted(b'"harness":NaN,')),
    _response_fault("json-member-twice", "O002", "A member comes twice.", _inserted(rb"\1:null,")),
    _response_fault(
        "token-in-header", "O016", "Answers show the caller's token in a header.", _token_in_header
    ),
    _response_fault("token-in-body", "O016", "Answers show the caller's token.", _token_in_body),
    _response_fault(
        "trace-in-errors", "D060", "Errors show where the program broke.", _trace_in_errors
    ),
    _response_fault(
        "refusals-as-limits", "D060", "A faulty request gets 429.", _blaming_the_caller(429)
    ),
    _response_fault(
        "refusals-as-401", "D060", "A faulty request gets 401.", _blaming_the_caller(401)
    ),
    _response_fault("search-twice-over", "D075", "The parts follow again after the end.", _twice),
)
FAULTS = tuple(response_fault.fault for response_fault in RESPONSE_FAULTS)


def response_faults_called(names: Iterable[str]) -> tuple[ResponseFault, ...]:
    """Return the wire faults among these names."""
    return tuple(
        response_fault
        for response_fault in RESPONSE_FAULTS
        if response_fault.fault.id in frozenset(names)
    )
