"""Say what keeps an operation from being tried, and what to give."""

from collections.abc import Sequence

from harness.openapi.model import Operation
from harness.rules.document.resources import path_parameters
from harness.rules.target import Answered


def advice_on(operation: Operation, tried: Sequence[Answered]) -> str:
    """Say what to give, from what the API answered last."""
    names = [*path_parameters(operation)]
    needed = [
        f"{each.location} parameter {each.name}" for each in operation.parameters if each.required
    ]
    what = (
        ", ".join(dict.fromkeys([*(f"path parameter {n}" for n in names), *needed])) or "its body"
    )
    answers = [each.response.status for each in tried]
    statuses = ", ".join(dict.fromkeys(map(str, answers))) or "nothing"
    if answers and all(each in (401, 403, 407) for each in answers):
        return (
            f"every request was refused with {statuses}: set HARNESS_TOKEN, or HARNESS_USER and "
            "HARNESS_PASSWORD; the credentials are missing or not accepted, or `scheme` below "
            "`documents:` in harness.yaml has to name another one"
        )
    if answers and all(each in (404, 405) for each in answers) and not path_parameters(operation):
        return (
            f"nothing answers at {tried[0].exchange.request.url}: {statuses}; compare --base-url "
            "with the servers of the document"
        )
    if answers and all(each >= 500 for each in answers):
        return f"every request was answered with {statuses}: look at the API's own log first"
    return (
        f"of {len(tried)} requests none was accepted (answers: {statuses}); give an example in the "
        f"document, or values in harness.yaml, for {what}"
    )
