"""Ask a token endpoint for a token, and call the operations that want one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from harness.client.tokens import FORM
from harness.config import Credentials
from harness.exchange import Headers
from harness.jsonvalue import Json, compact
from harness.product import Products, Protected, TokenEndpoint
from harness.rules.target import Answered, Target

JSON = "application/json"
GRANT = "client_credentials"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A token endpoint, asked on behalf of a product; several products may share one."""

    group: str
    facts: TokenEndpoint

    @property
    def api(self) -> str:
        """The name of its document."""
        return self.facts.document

    @property
    def prefix(self) -> str:
        """Where its cases are filed."""
        return f"{self.group}/token"

    @property
    def media_type(self) -> str:
        return FORM if self.facts.takes_form else JSON

    def requirements(self, topic: str) -> tuple[str, ...]:
        """Return the ids of a topic; of one without ids nothing is promised."""
        return self.facts.requirements.get(topic, ())


def endpoints(products: Products) -> tuple[Endpoint, ...]:
    """Return the token endpoint of each product that has one."""
    return tuple(Endpoint(fact.name, fact.token) for fact in products.facts if fact.token)


def good_fields(credentials: Credentials) -> dict[str, Json]:
    """Return the fields of a request that gets a token."""
    return {
        "grant_type": GRANT,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }


def ask(
    target: Target, endpoint: Endpoint, fields: Mapping[str, Json], *, media_type: str = ""
) -> Answered:
    """Send fields to a token endpoint, in the format it takes unless another is given."""
    chosen = media_type or endpoint.media_type
    written = (
        # The fields of a form are texts; a rule may still put a number or null in one on purpose.
        urlencode({k: str(v) for k, v in fields.items()}) if chosen == FORM else compact(fields)
    )
    operation = target.operation(endpoint.api, "issueToken")
    return target.call(operation, headers=(("Content-Type", chosen),), body=written.encode())


_PARAMETER = re.compile(r"\{[^}]*\}")
# A well-formed UUID (version 4) that nobody has issued: only the API itself finds nothing.
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
        # An empty suffix is a choice of the rule; None takes that of the operation.
        suffix=each.suffix if suffix is None else suffix,
    )
