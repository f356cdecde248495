"""Make an Arazzo document of a Postman collection or a HAR file, and say what was left behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import document
from harness.errors import ConfigurationError, DocumentError
from harness.openapi.bundled import document_names
from harness.product import Products
from harness.session.workflows.drafts import Written, source_of
from harness.workflow.document.yaml_text import to_yaml
from harness.workflow.draft.naming import Source
from harness.workflow.imports.compose import compose
from harness.workflow.imports.har import is_har, read_har
from harness.workflow.imports.matching import Match, match
from harness.workflow.imports.postman import is_collection, read_collection
from harness.workflow.imports.recorded import VARIABLE, Call, Lost, Recording

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
    for name in dict.fromkeys(names):
        taken = [each.name for each in found]
        found.append(source_of(name, taken, folder, products))
    return tuple(found)
