"""An Arazzo document as frozen values, each with the place where it was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.document import Document
from harness.jsonvalue import Json
from harness.openapi.model import Api
from harness.source import Source


class Severity(StrEnum):
    """Whether a finding forbids the run, asks for attention, or only concerns other runners."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a document, found without sending a request."""

    rule: str
    """Short name of the rule: `unknown-key`, `unknown-operation`."""
    title: str
    source: Source
    severity: Severity = Severity.ERROR
    line: str = ""
    """The text of the line that `source` names."""
    expected: str = ""
    actual: str = ""
    advice: str = ""


class CriterionKind(StrEnum):
    """The four languages a condition can be written in."""

    SIMPLE = "simple"
    REGEX = "regex"
    JSONPATH = "jsonpath"
    XPATH = "xpath"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One assertion on a response or on values known so far."""

    condition: str
    kind: CriterionKind
    source: Source
    context: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value for an operation's parameter or, with no location, for a workflow's input."""

    name: str
    value: Json
    source: Source
    location: str = ""
    # A called workflow takes from it only what it declares as an input.
    inherited: bool = False
    """True where the workflow gave it, not the step."""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same parameter: name and place, header names in any case."""
        name = self.name.lower() if self.location == "header" else self.name
        return (self.location, name)


@dataclass(frozen=True, slots=True)
class Output:
    """A name and the expression or selector that gives its value."""

    name: str
    value: Json
    source: Source


@dataclass(frozen=True, slots=True)
class Replacement:
    """A place within a payload and the value to put there."""

    target: str
    value: Json
    source: Source
    kind: str = ""
    """`jsonpointer`, `jsonpath` or `xpath`; empty: what the content type suggests."""
    version: str = ""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One entry of `x-files`: a form field and the file or files it sends."""

    name: str
    path: Json
    source: Source
    filename: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What a step sends."""

    source: Source
    content_type: str = ""
    pointer: str = ""
    payload: Json = None
    has_payload: bool = True
    """False where there is none, which in JSON is not the same as null."""
    replacements: tuple[Replacement, ...] = ()
    files: tuple[FilePart, ...] = ()


class ActionKind(StrEnum):
    """What can follow a step."""

    END = "end"
    GOTO = "goto"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Poll:
    """`x-poll`: how the waits of a retry grow, and when it gives up."""

    backoff: float = 1.0
    max_interval_seconds: float | None = None
    deadline_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What to do after a step passed or failed, and when."""

    name: str
    kind: ActionKind
    source: Source
    target_source: Source
    step_id: str = ""
    workflow_id: str = ""
    criteria: tuple[Criterion, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    retry_after_seconds: float | None = None
    # The default of the specification (Arazzo, Failure Action Object).
    retry_limit: int = 1
    poll: Poll | None = None


class TargetKind(StrEnum):
    """What a step calls."""

    OPERATION_ID = "operationId"
    OPERATION_PATH = "operationPath"
    WORKFLOW = "workflowId"
    CHANNEL = "channelPath"
    NONE = "nothing"


@dataclass(frozen=True, slots=True)
class Step:
    """One call. Parameters and actions include those that the workflow hands down."""

    id: str
    kind: TargetKind
    target: str
    source: Source
    target_source: Source
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    criteria: tuple[Criterion, ...] = ()
    on_success: tuple[Action, ...] = ()
    on_failure: tuple[Action, ...] = ()
    outputs: tuple[Output, ...] = ()
    timeout_seconds: float | None = None
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
# Hashed by identity, so that it can be the key of a cache and two documents may share an id.
class Workflow:
    """Steps in order, with the inputs they take and the outputs they give."""

    id: str
    source: Source
    pointer: str
    steps: tuple[Step, ...]
    summary: str = ""
    inputs: Json = None
    outputs: tuple[Output, ...] = ()
    depends_on: tuple[str, ...] = ()
    session: bool = False
    teardown: str = ""
    env: tuple[tuple[str, str], ...] = ()
    """Input name and the variable that fills it."""
    cases: Json = None

    def step(self, step_id: str) -> Step | None:
        """Return the step with that id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)


@dataclass(frozen=True)
class Description:
    """A source description, with what it led to where it could be read."""

    name: str
    kind: str
    url: str
    source: Source
    api: Api | None = None
    book: "Book | None" = None
    is_self: bool = False
    """Whether it names the very document that it stands in."""


@dataclass(frozen=True, eq=False)
class Book:
    """A loaded Arazzo document. `problems` holds what is wrong with its structure."""

    path: str
    root: str
    """The folder that files must lie in."""
    document: Document = field(repr=False)
    minor: int
    """0 for Arazzo 1.0.x, 1 for 1.1.x."""
    self_uri: str
    descriptions: tuple[Description, ...]
    workflows: tuple[Workflow, ...]
    components: Mapping[str, Json] = field(repr=False)
    problems: tuple[Finding, ...]

    def workflow(self, workflow_id: str) -> Workflow | None:
        """Return the workflow with that id, or None."""
        return next((workflow for workflow in self.workflows if workflow.id == workflow_id), None)

    def description(self, name: str) -> Description | None:
        """Return the source description of that name, or None."""
        return next(
            (description for description in self.descriptions if description.name == name), None
        )
