"""Promises on what has to fit together in an upload: its parts, files, service lines and numbers."""

from collections.abc import Callable, Sequence

from harness.client.multipart import Part
from harness.files.upload import Upload
from harness.openapi.requirements import Strength
from harness.products.medical.rules.baseline import REFUSES, documents, names_of, submission
from harness.products.medical.rules.checks import refused_plainly, refused_upload
from harness.products.medical.rules.requests import upload, upload_body, upload_parts
from harness.rules.edits import file_parts, put, request_part
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target, json_body

_LINES = "claimInformation.serviceLines"
_OWN = "providerAttachmentControlNumber"
_PAYERS = "payerClaimControlNumber"
_JSON = "application/json"
# Of a good name and type, so that only its content is missing.
_EMPTY = Upload("harness-01.pdf", "application/pdf", b"")


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on uploads whose pieces do not fit; each is refused, and none is a crash."""
    return (*_files(), *_numbers(), *_parts(), *_bodies())


def _files() -> tuple[AnyRule, ...]:
    one, two = documents(2)
    return (
        _misfit("no-file", "an upload without a file is refused", 1, (), "files"),
        _misfit("empty-file", "an empty file is refused", 1, (_EMPTY,), "files"),
        # The first of two: a check of the last file alone would let it through.
        _misfit("an-empty-file", "one empty file of two is refused", 2, (_EMPTY, two), "files"),
        _misfit("fewer-lines", "fewer service lines than files are refused", 1, (one, two), _LINES),
        _misfit("more-lines", "more service lines than files are refused", 2, (one,), _LINES),
        _misfit("no-lines", "an upload without service lines is refused", 0, (one,), _LINES),
    )


def _misfit(name: str, title: str, lines: int, files: Sequence[Upload], path: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = submission(names_of(lines))
        return refused_upload(upload(target, sent, files).answered, path)

    return _rule(name, title, ("A006", "A044"), verify)


def _rule(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    verify: Callable[[Target, object], Checks],
    strength: Strength = Strength.SHALL,
) -> AnyRule:
    return Rule(
        f"medical/upload/{name}", title, requirements, verify, strength=strength, needs=REFUSES
    )


def _numbers() -> tuple[AnyRule, ...]:
    """Send numbers against the rules of the guide, which the samples themselves do not keep (C112)."""

    def rule(name: str, title: str, member: str, number: str, *, solicited: bool) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            whole = submission(names_of(2), solicited=solicited)
            # The second line, so that it clashes with the first.
            mutated = put(whole, f"{_LINES}.1.{member}", number)
            answered = upload(target, mutated, documents(2)).answered
            return refused_upload(answered, f"{_LINES}.{member}")

        return _rule(name, title, ("A006",), verify, strength=Strength.SHOULD)

    return (
        rule(
            "same-own-numbers",
            "two documents with one control number of the provider are refused",
            _OWN,
            "HARNESS-0001",
            solicited=False,
        ),
        rule(
            "different-payer-numbers",
            "two documents with different control numbers of the payer are refused",
            _PAYERS,
            "HARNESS-PAYER-2",
            solicited=True,
        ),
    )


def _parts() -> tuple[AnyRule, ...]:
    def rule(name: str, title: str, *first: Part) -> AnyRule:
        def verify(target: Target, _: object) -> Checks:
            # Which field an unreadable request is blamed on is not published.
            return refused_plainly(upload_parts(target, (*first, *file_parts(documents(1)))))

        return _rule(name, title, ("A006",), verify)

    def request(content: bytes) -> Part:
        return Part("request", content, content_type=_JSON)

    return (
        rule("no-request-part", "files without a request are refused"),
        rule("request-not-json", "a request that is no JSON is refused", request(b"{a: 1")),
        rule("request-is-list", "a request that is a list is refused", request(b"[]")),
        rule("request-is-empty", "an empty request is refused", request(b"")),
        rule("request-has-no-member", "a request without members is refused", request(b"{}")),
    )


def _bodies() -> tuple[AnyRule, ...]:
    return (
        _rule("json-body", "JSON in place of multipart is refused", ("A006",), _json_body),
        _rule("torn-body", "a body without its last boundary is refused", ("A006",), _torn_body),
    )


def _json_body(target: Target, _: object) -> Checks:
    headers, body = json_body(submission())
    return refused_plainly(upload_body(target, headers, body))


def _torn_body(target: Target, _: object) -> Checks:
    whole = request_part(submission()).content
    # No closing boundary, as after a connection that broke (RFC 2046, 5.1.1).
    torn = b'--harness\r\nContent-Disposition: form-data; name="request"\r\n\r\n' + whole
    headers = (("Content-Type", "multipart/form-data; boundary=harness"),)
    return refused_plainly(upload_body(target, headers, torn))
