"""An OpenAPI document as frozen values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.document import Document
from harness.errors import DocumentError
from harness.jsonvalue import Json
from harness.openapi.formats import Formats
from harness.openapi.media_type import is_json, parse_media_range
from harness.source import Source


# The values are part of reports and of lists of ignored findings, so they do not change.
class DefectKind(StrEnum):
    """What can be wrong with a document that can still be read; the lint reports it in its own words."""

    REFERENCE_DANGLING = "reference-dangling"
    REFERENCE_UNREADABLE = "reference-unreadable"
    OPERATION_ID_DUPLICATE = "operation-id-duplicate"
    STATUS_MALFORMED = "status-malformed"
    PATH_MALFORMED = "path-malformed"
    PARAMETER_INCOMPLETE = "parameter-incomplete"
    STRUCTURE_MALFORMED = "structure-malformed"
    OPERATION_MISSING = "operation-missing"


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault of the document itself: what it touches cannot be judged, all else can."""

    kind: DefectKind
    pointer: str
    source: Source
    what: str
    advice: str = ""

    def error(self) -> DocumentError:
        """Return the defect as an error, for whoever cannot go on without what is broken."""
        return DocumentError(self.what, source=self.source, advice=self.advice)


@dataclass(frozen=True, slots=True)
class MediaType:
    """One entry of a `content` map: its schema, references resolved lazily by the validator."""

    name: str
    """As written, type and subtype in lower case: `application/json`, `text/csv;header=present`, `*/*`."""
    schema: Json = None
    """None where the document gives no schema."""
    encoding: Mapping[str, Json] = field(default_factory=dict)
    pointer: str = ""
    """Where the entry stands in its document, as an RFC 6901 pointer."""

    @property
    def essence(self) -> str:
        """Its name without parameters."""
        return parse_media_range(self.name).essence

    @property
    def is_json(self) -> bool:
        """Whether its schema describes JSON."""
        return is_json(self.name)

    @property
    def schema_pointer(self) -> str:
        """Where its schema stands; empty where it has none."""
        return f"{self.pointer}/schema" if self.schema is not None else ""


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
    # None where the document does not say: the default depends on the style.
    explode: bool | None = None
    allows_reserved: bool = False
    media_type: str = ""
    """Where `content` stands in place of a schema."""
    pointer: str = field(default="", compare=False)
    schema_pointer: str = field(default="", compare=False)
    """Where its schema stands, that of its `content` included; empty where it has none."""

    @property
    def is_exploded(self) -> bool:
        """Whether items and members stand apart, which `form` alone does by itself (OpenAPI 3.1, 4.8.12)."""
        # `deepObject` and the delimited styles have no exploded form of their own by default.
        by_itself = (self.style or "form") == "form" and self.location in ("query", "cookie")
        return by_itself if self.explode is None else self.explode


@dataclass(frozen=True, slots=True)
class Header:
    """A header of a response."""

    name: str
    required: bool = False
    schema: Json = None
    explode: bool = False
    media_type: str = ""
    """Where `content` stands in place of a schema."""
    schema_pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One documented response. `status` is `201`, `4XX` or `default`."""

    status: str
    media_types: tuple[MediaType, ...] = ()
    headers: tuple[Header, ...] = ()
    pointer: str = field(default="", compare=False)
    defect: Defect | None = None
    """Why it cannot be read, where that is so."""


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
    body_defect: Defect | None = None
    """Why its request body cannot be read, where that is so."""
    callbacks: "tuple[Operation, ...]" = ()
    """What the API may call in turn; the `path` of such an operation is the expression of its URL."""

    @property
    def slug(self) -> str:
        """Its part of a case id: the operationId, else method and path."""
        return re.sub(r"[^A-Za-z0-9_.]+", "-", self.id).strip("-")

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
    webhooks: tuple[Operation, ...] = ()
    """What the API calls by itself; the `path` of such an operation is the name of the webhook."""
    defects: tuple[Defect, ...] = ()
    """What is wrong with the document itself, in its order."""
    formats: Formats = Formats.STANDARD
    """Which formats make a value invalid."""
    absent: "tuple[Absent, ...]" = ()
    """Operations that it should have and has not; they are among `operations` all the same."""

    def operation(self, operation_id: str) -> Operation | None:
        """Return the operation with that operationId, or None."""
        return next(
            (operation for operation in self.operations if operation.id == operation_id), None
        )

    def absence(self, operation_id: str) -> "Absent | None":
        """Return what is known of an operation that this document lacks; None where it has it."""
        return next((absent for absent in self.absent if absent.operation.id == operation_id), None)

    def home(self, operation_id: str) -> "Api":
        """Return the document that describes an operation: this one, else the one it was expected by."""
        absent = self.absence(operation_id)
        return absent.home if absent else self


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """The root of a loaded document as a key of a cache: compared by identity, since it does not hash."""

    value: Json

    # The identity holds as long as the key does, since the key keeps its value alive.
    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Root) and self.value is other.value


@dataclass(frozen=True, slots=True)
class Absent:
    """An operation that a document should have and has not."""

    operation: Operation
    """As the document at `home` describes it."""
    defect: Defect
    home: Api = field(repr=False)
