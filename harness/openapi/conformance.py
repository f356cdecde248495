"""Decide whether a response keeps what its operation documents."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.errors import DocumentError
from harness.exchange import Response
from harness.openapi.bodies import MalformedBody, is_readable, is_xml, readings
from harness.openapi.media_type import is_json, most_specific, parse_media_range
from harness.openapi.model import Answer, Api, Header, MediaType, Operation
from harness.openapi.numbers import exact
from harness.openapi.readings import header_readings, text_readings, types_of
from harness.openapi.validator import Fault, all_faults, clipped, faults, source_of
from harness.openapi.walk import Direction
from harness.openapi.xml_value import NotDecided
from harness.outcome import Attribution, Check, Status

_WITHOUT_CONTENT = (204, 205, 304)
"""Statuses whose answers have none, whatever is documented (RFC 9110, 15.3.5, 15.3.6 and 15.4.5)."""


def judge(
    api: Api, operation: Operation, response: Response, *, exchange: int = 0
) -> tuple[Check, ...]:
    """Compare a response with the document: status, media type, headers, body."""
    source = str(operation.source or "")
    checks = _Judge(api, operation, response).checks()
    return tuple(
        replace(check, exchange=exchange, source=check.source or source) for check in checks
    )


def find_answer(operation: Operation, status: int) -> Answer | None:
    """Return what documents a status: itself, its range or the default (OpenAPI 3.1, 4.8.16)."""
    documented = {answer.status: answer for answer in operation.answers}
    wanted = (str(status), f"{status // 100}XX", "default")
    return next((documented[each] for each in wanted if each in documented), None)


def find_media_type(answer: Answer, name: str) -> MediaType | None:
    """Return the entry for a content type, the most specific one where several describe it."""
    return media_type_among(answer.media_types, name)


def media_type_among(documented: Iterable[MediaType], name: str) -> MediaType | None:
    """Return the entry of a `content` map that describes a content type best."""
    known = {media_type.name: media_type for media_type in documented}
    found = most_specific(known, name)
    return known[found] if found is not None else None


@dataclass(frozen=True, slots=True)
class _Judge:
    api: Api
    operation: Operation
    response: Response

    def checks(self) -> Iterator[Check]:
        answer = find_answer(self.operation, self.response.status)
        yield self._status(answer)
        # Nothing documents an answer with this status, so there is nothing more to compare it with.
        if answer is None:
            return
        # A reference that leads nowhere is a fault of the document, and no verdict on the API.
        if answer.defect is not None:
            yield _unusable(answer.defect.error(), "the response", "answer")
            return
        media_type = find_media_type(answer, self.response.content_type)
        if self._has_content:
            yield self._media_type(answer, media_type)
        for header in answer.headers:
            yield from self._header(header)
        if self._has_content:
            yield from self._schema(media_type)

    @property
    def _has_content(self) -> bool:
        """Whether the answer can have content; one to HEAD never has (RFC 9110, 9.3.2)."""
        if self.operation.method == "HEAD":
            return False
        return bool(self.response.body) or self.response.status not in _WITHOUT_CONTENT

    def _status(self, answer: Answer | None) -> Check:
        return Check(
            "contract.status",
            _status(passed=answer is not None),
            expected=" or ".join(other.status for other in self.operation.answers),
            actual=str(self.response.status),
            where="status",
        )

    def _media_type(self, answer: Answer, found: MediaType | None) -> Check:
        return Check(
            "contract.media-type",
            _status(passed=found is not None or not answer.media_types),
            expected=" or ".join(media_type.name for media_type in answer.media_types) or "any",
            actual=clipped(self.response.content_type.strip()) or "no content type",
            where="header content-type",
        )

    def _header(self, header: Header) -> Iterator[Check]:
        name = header.name.lower()
        if name == "content-type":  # OpenAPI 3.1, 4.8.17: ignored here
            return
        values = [value for key, value in self.response.headers if key.lower() == name]
        is_there = any(value.strip() for value in values)
        if is_there and header.schema_pointer:
            # Several lines of one header are one list, except for Set-Cookie (RFC 9110, 5.3).
            for value in values if name == "set-cookie" else [", ".join(values)]:
                yield from self._header_value(header, value.strip())
        elif header.required:
            yield Check(
                "contract.header",
                _status(passed=is_there),
                expected="present",
                actual=clipped(values[0]) if is_there else "blank" if values else "absent",
                where=f"header {name}",
            )

    def _header_value(self, header: Header, value: str) -> Iterator[Check]:
        where = f"header {header.name.lower()}"
        meanings = header_readings(self.api, header, value)
        yield from self._any(meanings, header.schema_pointer, where, "contract.header")

    def _any(
        self, meanings: Iterable[object], pointer: str, where: str, name: str
    ) -> Iterator[Check]:
        """Judge a text by the first of its readings, unless another one satisfies the schema."""
        try:
            found = [faults(self.api, pointer, reading, Direction.RESPONSE) for reading in meanings]
        except DocumentError as problem:
            yield _unusable(problem, "a schema that can be evaluated", where, name)
            return
        # On the wire `12` is a string and an integer, so one reading that fits is enough.
        if not all(found):
            yield Check(name, Status.PASS, "the documented schema", "valid", where)
            return
        # The first reading is the likeliest, so its faults are those that help.
        yield from (self._broken(fault, where, name) for fault in found[0])

    def _schema(self, media_type: MediaType | None) -> Iterator[Check]:
        if media_type is None or media_type.schema is None:
            return
        # A content coding that was not asked for: its bytes are not the documented body.
        if self.response.packed_as:
            actual = f"not judged: packed as {self.response.packed_as}, which was not asked for"
            yield Check(
                "contract.schema", Status.OMIT, "the documented schema", clipped(actual), "body"
            )
        elif is_json(self.response.content_type):
            yield from self._json(media_type)
        elif self._is_text(media_type):
            body = self.response.body.decode(self._charset(), "replace")
            pointer = media_type.schema_pointer
            meanings = text_readings(self.api, pointer, body)
            yield from self._any(meanings, pointer, "body", "contract.schema")
        elif is_readable(self.response.content_type) and not self._is_opaque(media_type):
            yield from self._read(media_type)

    def _read(self, media_type: MediaType) -> Iterator[Check]:
        """Judge XML or a form by the first of its readings, unless another one satisfies the schema."""
        pointer, name = media_type.schema_pointer, "contract.schema"
        content_type, body = self.response.content_type, self.response.body
        try:
            found = [
                (reading.faults, faults(self.api, pointer, reading.value, Direction.RESPONSE))
                for reading in readings(self.api, media_type, content_type, body)
            ]
        except MalformedBody as problem:
            kind = "an XML body" if is_xml(content_type) else "a form"
            yield Check(name, Status.FAIL, kind, clipped(str(problem)), "body")
            return
        except NotDecided as problem:
            actual = clipped(f"not judged: {problem}")
            yield Check(name, Status.OMIT, "the documented schema", actual, "body")
            return
        except DocumentError as problem:
            yield _unusable(problem, "a schema that can be evaluated", "body")
            return
        # Faults in names and faults in values: a reading without either settles it.
        if not all(any(kinds) for kinds in found):
            yield Check(name, Status.PASS, "the documented schema", "valid", "body")
            return
        # Every reading has faults; those of the first, the likeliest, are reported.
        names, broken = found[0]
        for each in names:
            yield Check(name, Status.FAIL, each.rule, each.actual, f"body {each.pointer}".rstrip())
        yield from (self._broken(fault, "body", name) for fault in broken)

    def _is_text(self, media_type: MediaType) -> bool:
        """Return whether a body is what its schema describes; XML, forms and binary data are not."""
        essence = parse_media_range(self.response.content_type).essence
        kinds = types_of(self.api, media_type.schema_pointer)
        # Plain text can stand for any scalar; html or csv have a syntax of their own, which only a
        # schema of strings takes as it is.
        if essence == "text/plain":
            return not kinds & {"array", "object"}
        return essence.startswith("text/") and kinds == {"string"}

    def _is_opaque(self, media_type: MediaType) -> bool:
        """Return whether a schema takes a body as it comes, as `{type: string, format: binary}` does."""
        return types_of(self.api, media_type.schema_pointer) == {"string"}

    def _charset(self) -> str:
        named = dict(parse_media_range(self.response.content_type).parameters).get("charset", "")
        try:
            # Encoding nothing asks whether Python knows the charset at all.
            "".encode(named or "utf-8")
        except LookupError:
            return "utf-8"
        return named or "utf-8"

    def _json(self, media_type: MediaType) -> Iterator[Check]:
        try:
            body = self.response.json(number=exact)
        except ValueError as problem:
            actual = clipped(f"not JSON: {problem}")
            yield Check("contract.schema", Status.FAIL, "a JSON body", actual, "body")
            return
        try:
            found, of_formats = all_faults(
                self.api, media_type.schema_pointer, body, Direction.RESPONSE
            )
        except DocumentError as problem:
            yield _unusable(problem, "a schema that can be evaluated", "body")
            return
        # A body that breaks its schema has failed; warnings about formats would only distract.
        if found:
            yield from (self._broken(fault, "body", "contract.schema") for fault in found)
            return
        yield Check("contract.schema", Status.PASS, "the documented schema", "valid", "body")
        for format_fault in of_formats:
            yield self._broken(format_fault, "body", "contract.format", Status.WARN)

    def _broken(self, fault: Fault, where: str, name: str, status: Status = Status.FAIL) -> Check:
        return Check(
            name,
            status,
            expected=fault.rule,
            actual=fault.actual,
            where=f"{where} {fault.pointer}".rstrip(),
            source=str(source_of(self.api, fault.schema_pointer)),
        )


def _unusable(
    problem: DocumentError, expected: str, where: str, name: str = "contract.schema"
) -> Check:
    return Check(
        name,
        Status.ERROR,
        expected=expected,
        actual=clipped(str(problem)),
        where=where,
        source=str(problem.source or ""),
        attribution=Attribution.DOCUMENT,
    )


def _status(*, passed: bool) -> Status:
    return Status.PASS if passed else Status.FAIL
