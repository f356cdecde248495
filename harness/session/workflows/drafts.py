"""Make a workflow document: drafted for an OpenAPI document, or of a Postman collection or a HAR file."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import document
from harness.config import MOCK_SUBMITTER_ID, MOCK_TAX_ID
from harness.errors import ConfigurationError, DocumentError, StorageError
from harness.files.samples import sample
from harness.openapi.bundled import (
    FILE,
    bundled_document,
    document_names,
    folder_of,
)
from harness.openapi.effective import in_use
from harness.openapi.load import load_api
from harness.product import Products
from harness.resources import shipped
from harness.workflow.document.model import Finding, Severity
from harness.workflow.document.parse import SHIPPED, load, project_root
from harness.workflow.document.yaml_text import to_yaml
from harness.workflow.draft.draft_document import draft
from harness.workflow.draft.naming import Source
from harness.workflow.draft.security import token_endpoint
from harness.workflow.draft.steps import SAMPLE_FILE
from harness.workflow.imports.compose import compose
from harness.workflow.imports.har import is_har, read_har
from harness.workflow.imports.matching import Match, match
from harness.workflow.imports.postman import is_collection, read_collection
from harness.workflow.imports.recorded import VARIABLE, Call, Lost, Recording
from harness.workflow.lint.check import lint

SCHEMA = "arazzo.schema.json"
_OF_THE_MOCK = {"submitterId": MOCK_SUBMITTER_ID, "billingProviderTaxId": MOCK_TAX_ID}
"""What the mock's client may act for; an example in a document is nobody's."""


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as text, and the file that it sends, where it sends one."""

    text: str
    has_file: bool
    left_out: tuple[str, ...] = ()
    """Operations that need the id of something which no other operation makes."""


def drafted(name: str, wanted: Sequence[str], folder: Path, products: Products) -> Written:
    """Return a draft for a bundled name or a file, to lie in a folder. Raises UsageError."""
    bundled = _documents(name, products)
    if bundled:
        # Every workflow asks it first, so that it is drafted for itself only where nothing else is.
        token = next((each for each in bundled if each.startswith("token-")), None)
        apis = [each for each in bundled if each != token or len(bundled) == 1]
        sources = [_bundled(each, each, folder, products) for each in apis]
        endpoint = _bundled(token, "token", folder, products) if token else None
        # Where the token endpoint itself is asked for, it is the document.
        sources = [endpoint] if endpoint and token in apis else sources
        made = draft(name, sources, endpoint, wanted=wanted, values=_OF_THE_MOCK)
    else:
        source = source_of(name, (), folder, products)
        title = source.api.title or Path(name).stem
        made = draft(title, [source], token_endpoint(source), wanted=wanted)
    return Written(_modeline(folder) + to_yaml(made.document), made.has_file, made.left_out)


def source_of(name: str, taken: Collection[str], folder: Path, products: Products) -> Source:
    """Return a document by its file or its bundled name, as one in a folder calls it. Raises UsageError."""
    if name in document_names(products.specs):
        return _bundled(name, name, folder, products)
    path = Path(name)
    if not path.is_file():
        known = ", ".join(sorted({*products.names, *document_names(products.specs)}))
        raise ConfigurationError(f"'{name}' is neither a file nor one of {known}.")
    called = "api" if "api" not in taken else f"api-{len(taken) + 1}"
    return Source(called, _url(path, folder), load_api(path, called))


def checked(path: Path) -> tuple[Finding, ...]:
    """Return what is wrong with a draft that was written, which is not to be found out by running it.

    A step without an example that fits is such a thing, and so is a place outside of the project.
    """
    book = load(path, resolve=in_use)
    # A note is about other runners, and nothing to mend.
    return tuple(each for each in lint(book) if each.severity is not Severity.NOTE)


def write(made: Written, out: Path) -> tuple[Path, ...]:
    """Write a draft, and beside it the file that it sends unless there is one. Return what was written."""
    if out.exists():
        raise ConfigurationError(f"{out} is there already.", advice="Name another file with -o.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(made.text, encoding="utf-8")
        upload = out.parent / SAMPLE_FILE
        if not made.has_file or upload.exists():
            return (out,)
        upload.write_bytes(sample("png"))
    except OSError as problem:
        raise StorageError(out, problem) from None
    return out, upload


def _documents(name: str, products: Products) -> tuple[str, ...]:
    """Return the bundled documents behind a name, with the token endpoint that serves them."""
    groups = products.groups
    if name in groups:
        return groups[name]
    if name not in document_names(products.specs):
        return ()
    # A document may belong to no product, and then stands alone.
    group = next((each for each in groups.values() if name in each), (name,))
    token = [each for each in group if each.startswith("token-") and each != name]
    return (name, *token)


def _bundled(name: str, called: str, folder: Path, products: Products) -> Source:
    path = folder_of(name, products.specs) / FILE
    # Within the project its place is known; elsewhere it moves with each installation.
    is_near = path.resolve().is_relative_to(project_root(folder / "draft.arazzo.yaml"))
    is_ours = path.resolve().is_relative_to(shipped("specs").resolve())
    url = f"{SHIPPED}:{name}" if is_ours and not is_near else _url(path, folder)
    return Source(called, url, bundled_document(name, products.specs))


def _url(path: Path, folder: Path) -> str:
    relative = Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    return relative if relative.startswith("../") else f"./{relative}"


def _modeline(folder: Path) -> str:
    """Name the schema for editors, where it lies in the same project."""
    schema = shipped("workflows") / "schemas" / SCHEMA
    if project_root(folder / "draft.arazzo.yaml") != schema.parent.parent.parent.resolve():
        return ""
    return f"# yaml-language-server: $schema={_url(schema, folder)}\n"


_MADE_ANEW = "made anew in each run there, an input with one value here"


@dataclass(frozen=True, slots=True)
class Imported:
    """A document as text, how many requests it holds, and what could not be carried over."""

    written: Written
    requests: int
    lost: tuple[Lost, ...]


def imported(path: Path, specs: Sequence[str], folder: Path, products: Products) -> Imported:
    """Return the document that a recording makes, to lie in a folder.

    Requests are matched with the operations of the documents named, else with those that ship.
    Raises DocumentError where the file is neither a collection nor a HAR, ConfigurationError where
    no request matches.
    """
    recording = _recording(path)
    # Where no document is named, whatever ships may describe a request.
    sources = _sources(specs or document_names(products.specs), folder, products)
    matched: list[tuple[Call, Match]] = []
    lost = list(recording.lost)
    for call in recording.calls:
        found = match(call, sources, recording.variables)
        if found is None:
            lost.append(Lost(call.source, f"{call.method} {call.url}, which no document describes"))
        else:
            matched.append((call, found))
            lost += [Lost(call.source, f"{each}: {_MADE_ANEW}") for each in _dynamic(call)]
    if not matched:
        raise ConfigurationError(
            f"none of the {len(recording.calls)} requests of {path} is described by "
            f"{' or '.join(specs) if specs else 'a document that ships'}.",
            advice="Name the OpenAPI document of the API: --spec FILE.",
        )
    made, secrets = compose(recording, matched, sources)
    text = to_yaml(made)
    for each in secrets:
        text = text.replace(each, "(secret)")  # the last net: whatever held it, it is not written
    return Imported(Written(text, has_file=False), len(matched), tuple(lost))


def _dynamic(call: Call) -> tuple[str, ...]:
    """Return the variables of a call to which the collection's runner gives a new value each time."""
    # repr shows every string in them, wherever it stands.
    written = repr((call.url, call.headers, call.query, call.path_values, call.body))
    found = (each for each in VARIABLE.findall(written) if each.startswith("$"))
    return tuple(f"{{{{{each}}}}}" for each in dict.fromkeys(found))


def _recording(path: Path) -> Recording:
    found = document.read(path)
    if is_collection(found):
        return read_collection(found)
    if is_har(found):
        return read_har(found)
    raise DocumentError(
        "is neither a Postman collection nor a HAR file.",
        source=found.source(),
        advice="Export the collection as v2.1, or save the network log as HAR.",
    )


def _sources(specs: Sequence[str], folder: Path, products: Products) -> tuple[Source, ...]:
    names = [name for each in specs for name in products.groups.get(each, (each,))]
    found: list[Source] = []
    # Each once, for two products may share a document.
    for name in dict.fromkeys(names):
        taken = [each.name for each in found]
        found.append(source_of(name, taken, folder, products))
    return tuple(found)
