"""Call the operations that want a bearer token without minding what else they want."""

import re

from harness.exchange import Headers
from harness.product import Protected
from harness.rules.target import Answered, Target

_PARAMETER = re.compile(r"\{[^}]*\}")
_SOME_ID = "00000000-0000-4000-8000-000000000000"


def call_protected(
    target: Target,
    each: Protected,
    *,
    headers: Headers = (),
    body: bytes = b"",
    method: str | None = None,
    suffix: str | None = None,
) -> Answered:
    """Call an operation with these headers alone; its path names something that does not exist."""
    operation = target.operation(each.api, each.operation_id)
    return target.call(
        operation,
        headers=headers,
        body=body,
        method=method,
        path=_PARAMETER.sub(_SOME_ID, operation.full_path),
        suffix=each.suffix if suffix is None else suffix,
    )
