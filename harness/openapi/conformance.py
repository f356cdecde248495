"""Decide whether a response keeps what its operation documents."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from harness.errors import DocumentError
from harness.exchange import Response
from harness.openapi.model import Answer, Api, MediaType, Operation
from harness.openapi.validator import Fault, clipped, faults, source_of
from harness.outcome import Attribution, Check, Status


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
    """Return the entry for a media type, the most specific one where ranges match too."""
    fitting = [each for each in answer.media_types if fnmatchcase(name or "*/*", each.name)]
    return min(fitting, key=lambda each: each.name.count("*"), default=None)


def is_json(media_type: str) -> bool:
    """Tell whether a media type is JSON or built on it (RFC 6839, 3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


@dataclass(frozen=True, slots=True)
class _Judge:
    api: Api
    operation: Operation
    response: Response

    def checks(self) -> Iterator[Check]:
        answer = find_answer(self.operation, self.response.status)
        yield self._status(answer)
        if answer is not None:
            media_type = find_media_type(answer, self.response.media_type)
            yield self._media_type(answer, media_type)
            yield from self._headers(answer)
            yield from self._schema(media_type)

    def _status(self, answer: Answer | None) -> Check:
        return Check(
            "contract.status",
            _status(passed=answer is not None),
            expected=" or ".join(each.status for each in self.operation.answers),
            actual=str(self.response.status),
            where="status",
        )

    def _media_type(self, answer: Answer, found: MediaType | None) -> Check:
        return Check(
            "contract.media-type",
            _status(passed=found is not None or not answer.media_types),
            expected=" or ".join(each.name for each in answer.media_types) or "any",
            actual=clipped(self.response.media_type) or "no content type",
            where="header content-type",
        )

    def _headers(self, answer: Answer) -> Iterator[Check]:
        for header in answer.headers:
            name = header.name
            if (
                header.required and name.lower() != "content-type"
            ):  # OpenAPI 3.1, 4.8.17: ignored here
                value = self.response.header(name)
                yield Check(
                    "contract.header",
                    _status(passed=bool(value and value.strip())),
                    expected="present",
                    actual="absent" if value is None else clipped(value) or "blank",
                    where=f"header {name.lower()}",
                )

    def _schema(self, media_type: MediaType | None) -> Iterator[Check]:
        if media_type is None or media_type.schema is None or not is_json(self.response.media_type):
            return
        try:
            body = self.response.json()
        except ValueError as problem:
            actual = clipped(f"not JSON: {problem}")
            yield Check("contract.schema", Status.FAIL, "a JSON body", actual, "body")
            return
        pointer = f"{media_type.pointer}/schema"
        try:
            found = faults(self.api, pointer, body)
        except DocumentError as problem:
            yield _unusable(problem)
            return
        passed = Check("contract.schema", Status.PASS, "the documented schema", "valid", "body")
        yield from (self._broken(each) for each in found) if found else (passed,)

    def _broken(self, fault: Fault) -> Check:
        return Check(
            "contract.schema",
            Status.FAIL,
            expected=fault.rule,
            actual=fault.actual,
            where=f"body {fault.pointer}".rstrip(),
            source=str(source_of(self.api, fault.schema_pointer)),
        )


def _unusable(problem: DocumentError) -> Check:
    return Check(
        "contract.schema",
        Status.ERROR,
        expected="a schema that can be evaluated",
        actual=clipped(str(problem)),
        where="body",
        source=str(problem.source or ""),
        attribution=Attribution.DOCUMENT,
    )


def _status(*, passed: bool) -> Status:
    return Status.PASS if passed else Status.FAIL
