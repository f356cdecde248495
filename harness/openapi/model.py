"""An OpenAPI document as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.document import Document
from harness.jsonvalue import Json
from harness.source import Source


@dataclass(frozen=True, slots=True)
class MediaType:
    """One entry of a `content` map: its schema, references resolved lazily by the validator."""

    name: str
    """As written, lower case: `application/json`, `*/*`."""
    schema: Json = None
    """None where the document gives no schema."""
    encoding: Mapping[str, Json] = field(default_factory=dict)
    pointer: str = ""
    """Where the entry stands in its document, as an RFC 6901 pointer."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation, path-level ones included."""

    name: str
    location: str
    """`path`, `query`, `querystring`, `header` or `cookie`."""
    required: bool = False
    schema: Json = None
    style: str = ""
    """Empty for the default of its place: `form` in query and cookie, else `simple`."""
    explode: bool | None = None
    allows_reserved: bool = False
    media_type: str = ""
    """Where `content` stands in place of a schema."""

    @property
    def is_exploded(self) -> bool:
        """Whether items and members stand apart, which `form` alone does by itself (OpenAPI 3.1, 4.8.12)."""
        by_itself = (self.style or "form") == "form" and self.location in ("query", "cookie")
        return by_itself if self.explode is None else self.explode


@dataclass(frozen=True, slots=True)
class Answer:
    """One documented response. `status` is `201`, `4XX` or `default`."""

    status: str
    media_types: tuple[MediaType, ...] = ()
    headers: tuple[tuple[str, bool, Json], ...] = ()
    """Name, required, schema."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    api: str
    id: str
    method: str
    """Upper case, but for those that OpenAPI 3.2 lets a document name."""
    path: str
    """Below the server URL, as the document prints it: `/attachments/documents`."""
    full_path: str
    """With the path of its server, from the host on: `/claims/v1/documents`."""
    parameters: tuple[Parameter, ...] = ()
    body: tuple[MediaType, ...] = ()
    body_required: bool = False
    answers: tuple[Answer, ...] = ()
    secured: bool = True
    source: Source | None = None
    pointer: str = ""
    """Where the operation stands in its document, as an RFC 6901 pointer."""
    servers: tuple[str, ...] = ()
    """Its own, else its path's, else the document's (OpenAPI 3.1, 4.8.9)."""

    @property
    def label(self) -> str:
        """How reports name it: `POST /claims/v1/documents`."""
        return f"{self.method} {self.full_path}"


@dataclass(frozen=True, slots=True)
class Api:
    """A loaded document: its operations, and the root that its references resolve against."""

    name: str
    title: str
    version: str
    path: str
    sha256: str
    servers: tuple[str, ...]
    operations: tuple[Operation, ...]
    root: Json = field(repr=False)
    document: Document | None = field(default=None, repr=False)
    """The file it was read from: it knows the line of every pointer."""

    def operation(self, operation_id: str) -> Operation | None:
        """Return the operation with that operationId, or None."""
        return next((each for each in self.operations if each.id == operation_id), None)
