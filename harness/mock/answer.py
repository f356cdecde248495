"""A whole answer as it leaves for the wire, changes to it that no client may mind, and faults that spoil it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from starlette.types import Message

from harness.jsonvalue import Json
from harness.mock.body import JSON, json_value
from harness.mock.fault import Fault

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body, before they are framed."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: bytes) -> bytes:
        """Return a header's value, empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), b"")

    @property
    def is_json(self) -> bool:
        media_type = self.header(b"content-type").partition(b";")[0]
        # The suffix of RFC 6839, 3.1, as problem+json has it.
        return media_type == JSON.encode() or media_type.endswith(b"+json")


class AnswerCollector:
    """Take an answer in, message by message."""

    def __init__(self) -> None:
        # Stays if the application sends nothing, which is a bug of ours.
        self._status = 500
        self._headers: Headers = ()
        self._pieces: list[bytes] = []

    @property
    def answer(self) -> Answer:
        return Answer(self._status, self._headers, b"".join(self._pieces))

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = tuple(message.get("headers", ()))
        else:
            self._pieces.append(message.get("body", b""))


Rewrite: TypeAlias = Callable[[Answer], Answer]


def with_header(answer: Answer, name: bytes, value: bytes) -> Answer:
    """Set a header, whether it was there or not."""
    # The header comes last, which `_messages` relies on.
    others = tuple(each for each in answer.headers if each[0].lower() != name)
    return replace(answer, headers=(*others, (name, value)))


def with_json(change: Callable[[Json], Json], *, indent: int | None = None) -> Rewrite:
    """Change the value of a JSON body and write it anew; leave every other body."""

    def rewrite(answer: Answer) -> Answer:
        if not answer.is_json or not answer.body:
            return answer
        body = json.dumps(change(json_value(answer.body)), indent=indent).encode()
        return replace(answer, body=body)

    return rewrite


def with_unknown_members(value: Json) -> Json:
    """Add a member that nobody documents to every object."""
    if isinstance(value, Mapping):
        known = {name: with_unknown_members(each) for name, each in value.items()}
        # Clients have to ignore members they do not know: documents grow.
        return {**known, "xLaterAddition": {"since": "next year"}}
    return [with_unknown_members(each) for each in value] if isinstance(value, list) else value


def with_members_reversed(value: Json) -> Json:
    """Turn the order of members around; that of items stays, for it can mean something."""
    if isinstance(value, Mapping):
        return {name: with_members_reversed(value[name]) for name in reversed(list(value))}
    return [with_members_reversed(each) for each in value] if isinstance(value, list) else value


def in_capitals(answer: Answer) -> Answer:
    """Write header names in capitals (RFC 9110, 5.1: their case means nothing)."""
    return replace(answer, headers=tuple((name.upper(), value) for name, value in answer.headers))


def with_charset(answer: Answer) -> Answer:
    """Name the charset of JSON, which is always this one."""
    if not answer.is_json:
        return answer
    return with_header(answer, b"content-type", answer.header(b"content-type") + b";charset=UTF-8")


def with_parts(change: Callable[[list[bytes]], list[bytes]]) -> Rewrite:
    """Change the parts of a multipart body; leave every other body."""

    def rewrite(answer: Answer) -> Answer:
        media_type = answer.header(b"content-type")
        if answer.status != 200 or not media_type.startswith(b"multipart/"):
            return answer
        delimiter = b"--" + media_type.rpartition(b"boundary=")[2]
        # Before the first delimiter there is nothing, behind the last the two dashes.
        _, *parts, end = answer.body.split(delimiter)
        return replace(answer, body=b"".join(delimiter + each for each in (*change(parts), end)))

    return rewrite


def with_part_headers_in_capitals(parts: list[bytes]) -> list[bytes]:
    """Write the header names of parts in capitals."""
    return [_in_capitals(part) for part in parts]


def _in_capitals(part: bytes) -> bytes:
    head, gap, content = part.partition(b"\r\n\r\n")
    for name in (b"Content-Disposition", b"Content-Type"):
        head = head.replace(name + b":", name.upper() + b":")
    return head + gap + content


AREA = "wire"
# In the text and not through a parser, which could not write NaN or a name twice.
_FIRST_MEMBER = re.compile(rb'\{("[^"]*"):')
_TRACE = "java.lang.NullPointerException\n\tat com.example.Claims.read(Claims.java:42)"


@dataclass(frozen=True, slots=True)
class ResponseFault:
    """A way to spoil answers on their last yard, given the Authorization header of the request."""

    fault: Fault
    rewrite: Callable[[Answer, bytes], Answer]


def _response_fault(
    name: str, breaks: str, sentence: str, rewrite: Callable[[Answer, bytes], Answer]
) -> ResponseFault:
    return ResponseFault(Fault(name, AREA, breaks, sentence), rewrite)


def _in_latin_1(answer: Answer, _: bytes) -> Answer:
    if not answer.is_json:
        return answer
    media_type = answer.header(b"content-type").partition(b";")[0]
    return with_header(answer, b"content-type", media_type + b"; charset=iso-8859-1")


def _inserted(member: bytes) -> Callable[[Answer, bytes], Answer]:
    """Put text into the first JSON object; a back reference stands for its first member's name."""

    def rewrite(answer: Answer, _: bytes) -> Answer:
        if not answer.is_json:
            return answer
        return replace(answer, body=_FIRST_MEMBER.sub(b"{" + member + rb"\1:", answer.body, 1))

    return rewrite


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
        # Otherwise the body would contradict the status, which is another fault.
        repeats = isinstance(value, dict) and value.get("status") == 400
        return {**value, "status": status} if isinstance(value, dict) and repeats else value

    def rewrite(answer: Answer, _: bytes) -> Answer:
        return replace(with_json(change)(answer), status=status) if answer.status == 400 else answer

    return rewrite


def _twice(answer: Answer, _: bytes) -> Answer:
    is_multipart = answer.header(b"content-type").startswith(b"multipart/")
    # A second document behind the end: a reader that looks on finds every file twice.
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
