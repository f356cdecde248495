"""What an endpoint answers, as a value that a fault can still change, and its way onto the wire."""

import json
from dataclasses import dataclass

from starlette.responses import Response

from harness.jsonvalue import Json

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON answer before it is written."""

    status: int
    body: Json
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def written(reply: Reply) -> Response:
    """Return the response for a reply."""
    # Without spaces; a tolerance writes JSON with them.
    content = json.dumps(reply.body, separators=(",", ":")).encode()
    return Response(content, reply.status, dict(reply.headers), reply.media_type)
