"""A product that is made from an OpenAPI document alone, at run time."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from harness.config import DOWNLOADED
from harness.errors import ConfigurationError, DocumentError, UnknownName
from harness.jsonvalue import Json, members, text
from harness.openapi.bundled import FILE, document_names
from harness.openapi.load import load_api
from harness.openapi.merged import resolved
from harness.openapi.model import Api
from harness.openapi.requirements import FILE_NAME
from harness.product import Product, ProductFacts, TokenEndpoint
from harness.rules.document.access import AccessPlan

_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class DocumentParts:
    """Returns the rules of a document when they are needed; it can be sent to another process."""

    name: str
    plan: AccessPlan

    def __call__(self) -> object:
        from harness.rules.document.part import part_for  # noqa: PLC0415 Hypothesis is slow to import

        return part_for(self.name, self.plan)


@dataclass(frozen=True, slots=True)
class DocumentMocks:
    """Returns the mock of a document when it is needed."""

    name: str
    folder: Path
    token_path: str

    def __call__(self) -> object:
        from harness.mock.document.part import document_part  # noqa: PLC0415 Starlette is slow to import

        return document_part(load_api(self.folder / self.name / FILE, self.name), self.token_path)


def document_product(path: Path, folder: Path, plan: AccessPlan, name: str = "") -> Product:
    """Return the product of a document, whose files are put below a folder.

    Raises DocumentError where the document cannot be read or has no operation.
    """
    name = name or name_of(path)
    api = load_api(path, name)
    if not api.operations:
        raise DocumentError(
            f"{path} has no operation that could be tried.",
            advice="Name a document with paths; webhooks are called by the API itself.",
        )
    plan = _with_operations(api, name, plan)
    # Written out, so that processes of a run find a derived product as they find a shipped one.
    _write(folder / name, path, api)
    token = _token(api, name)
    facts = ProductFacts(
        name=name,
        title=api.title or name,
        documents=(name,),
        base_paths=tuple(_bases(api)),
        token=token,
        is_derived=True,
        specs=folder,
        workflows=folder,
    )
    mocks = DocumentMocks(name, folder, token.path if token else "")
    return Product(facts, rules=DocumentParts(name, plan), mock=mocks)


def _with_operations(api: Api, name: str, plan: AccessPlan) -> AccessPlan:
    """Return a plan that names what is left out by the ids of operations. Raises UnknownName.

    A user may write the operationId, the part of a case id, or method and path. What names nothing
    would be passed over without a word.
    """
    id_of = {
        spelling: each.id
        for each in api.operations
        for spelling in (f"{each.method} {each.path}", each.label, each.slug, each.id)
    }
    for given in plan.left_out:
        if given not in id_of:
            kind = f"operation in {name}, which documents.{name}.left_out of harness.yaml names,"
            raise UnknownName(
                None, kind=kind, name=given, known=tuple(e.slug for e in api.operations)
            )
    _refuse_unknown_parameters(api, name, plan)
    return replace(plan, left_out={id_of[given]: why for given, why in plan.left_out.items()})


def _refuse_unknown_parameters(api: Api, name: str, plan: AccessPlan) -> None:
    known = {parameter.name for each in api.operations for parameter in each.parameters}
    # Names in braces count although the document may have forgotten to describe them.
    known |= {part for each in api.operations for part in re.findall("{([^{}]+)}", each.path)}
    for given in plan.parameters:
        if given not in known:
            kind = f"parameter in {name}, which documents.{name}.parameters of harness.yaml names,"
            raise UnknownName(None, kind=kind, name=given, known=tuple(sorted(known)))


def name_of(path: Path) -> str:
    """Return a name for a document: that of its file, or of its folder where the file says nothing."""
    stem = path.name.split(".")[0].lower()
    # A name that half of all documents have would say nothing in a case id.
    if stem in ("openapi", "swagger", "spec", "api", "index"):
        stem = path.resolve().parent.name.lower() or stem
    return _NAME.sub("-", stem).strip("-") or "api"


def document_at(reference: Path, downloaded: Path = DOWNLOADED) -> Path:
    """Return the file of a document that is named by its path, or by the name it was imported under.

    Raises DocumentError where there is neither.
    """
    if reference.is_file():
        return reference
    imported = imported_documents(downloaded)
    if str(reference) in imported:
        return imported[str(reference)]
    known = f" Imported are: {', '.join(imported)}." if imported else ""
    raise DocumentError(
        f"{reference} is no file and no name of an imported document.",
        advice=f"Name an OpenAPI document; `harness spec import` gives it a name.{known}",
    )


def imported_documents(downloaded: Path = DOWNLOADED) -> Mapping[str, Path]:
    """Return the documents that were imported under a name that no shipped document has."""
    # Files with a dot in their stem belong to a document: its source, its overlay.
    found = sorted(each for each in downloaded.glob("*.json") if "." not in each.stem)
    shipped = document_names()
    return {each.stem: each for each in found if each.stem not in shipped}


def _write(folder: Path, path: Path, api: Api) -> None:
    """Put a document and its derived requirement set where those of a product stand."""
    # Hypothesis is slow to import, and who only reads the document needs none.
    from harness.openapi.promises import requirement_rows  # noqa: PLC0415
    from harness.rules.document.catalogue import untried  # noqa: PLC0415

    try:
        folder.mkdir(parents=True)
        # A link and no copy: errors then point to lines of the user's own file.
        (folder / FILE).symlink_to(path.resolve())
        rows: Json = list(requirement_rows(api, dict(untried(api))))
        whole: Json = {"derived": True, "requirements": rows}
        (folder / FILE_NAME).write_text(json.dumps(whole, indent=1), encoding="utf-8")
    # The folder is new in every run, so what is there already was put there a moment ago.
    except FileExistsError:
        raise ConfigurationError(
            f"two documents are called '{folder.name}'.", advice="Rename one of the files."
        ) from None


def _bases(api: Api) -> Iterator[str]:
    """Yield what distinguishes this API's paths from another's: the first segments of its operations."""
    seen = {
        # A parameter at the very beginning leaves nothing, so the whole path stands in its place.
        operation.full_path.split("{")[0].rstrip("/") or operation.full_path
        for operation in api.operations
    }
    # A path below another one is covered by that.
    shortest = [each for each in sorted(seen) if not any(each.startswith(f"{x}/") for x in seen)]
    yield from shortest


def _token(api: Api, name: str) -> TokenEndpoint | None:
    """Return the token endpoint of the client credentials grant, where the document has one."""
    schemes = members(members(members(api.root).get("components")).get("securitySchemes"))
    for raw in schemes.values():
        # Only this grant works without a person at a browser (RFC 6749, 4.4).
        flows = members(resolved(api, raw).get("flows"))
        url = text(members(flows.get("clientCredentials")).get("tokenUrl"))
        if url:
            return TokenEndpoint(document=name, path=urlsplit(url).path, takes_form=True)
    return None
