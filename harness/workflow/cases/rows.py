"""Read the rows of `x-cases`: a matrix, rows written out, or a file of them."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from pathlib import Path

from harness import document
from harness.document import Document, of_lines
from harness.errors import DocumentError, suggestion
from harness.jsonvalue import Json, escape, items, members, text
from harness.source import Source
from harness.workflow.document.inputs import properties
from harness.workflow.document.model import Book, Finding, Workflow
from harness.workflow.language.coercion import coerced
from harness.workflow.request.files import FileProblem, locate

# Each row becomes a case: three axes of 22 values are more than this.
MAX_ROWS = 10_000
KEYS = (
    "matrix",
    "include",
    "exclude",
    "rows",
    "file",
    "id",
    "title",
    "requirements",
    "needs",
    "marks",
)
META = ("id", "title", "marks", "skip", "xfail", "requirements", "needs")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is called and the inputs it gives, each with its place."""

    values: Mapping[str, Json]
    places: Mapping[str, tuple[Document, str]] = field(repr=False)
    """Where each value stands: a document and a pointer into it."""
    source: Source = field(default_factory=lambda: Source(""))
    meta: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a workflow and what is wrong with how they are written."""

    rows: tuple[Row, ...]
    problems: tuple[Finding, ...]


def table(book: Book, workflow: Workflow) -> Table:
    """Return the rows of a workflow's `x-cases`."""
    problems: list[Finding] = []
    reader = _Reader(book, workflow, problems)
    rows = tuple(reader.rows())
    return Table(rows, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Reader:
    book: Book
    workflow: Workflow
    problems: list[Finding]

    @property
    def pointer(self) -> str:
        return f"{self.workflow.pointer}/x-cases"

    def rows(self) -> Iterator[Row]:
        given = self.workflow.cases
        if not isinstance(given, Mapping):
            self._refuse(self.book.document, self.pointer, "x-cases must be an object")
            return
        # Misspelt, `exclude` would run what was to be left out, and nothing would say so.
        for key in given:
            if key not in KEYS:
                place = f"{self.pointer}/{escape(key)}"
                self._refuse(
                    self.book.document, place, f"x-cases has no '{key}'", suggestion(key, KEYS)
                )
        yield from self._matrix(given)
        for key in ("include", "rows"):
            yield from self._listed(self.book.document, f"{self.pointer}/{key}", given.get(key, []))
        if name := text(given.get("file")):
            yield from self._file(name)

    def _matrix(self, given: Mapping[str, Json]) -> Iterator[Row]:
        axes = members(given.get("matrix"))
        base = f"{self.pointer}/matrix"
        if any(not isinstance(values, list) or not values for values in axes.values()):
            self._refuse(
                self.book.document, base, "every axis of a matrix must be an array with values"
            )
            return
        # Counted before the product is made, which may be too large for the memory.
        if prod(len(items(values)) for values in axes.values()) > MAX_ROWS:
            self._refuse(self.book.document, base, f"the matrix has more than {MAX_ROWS:,} rows")
            return
        excluded = [members(item) for item in items(given.get("exclude"))]
        self._check_exclusions(excluded, axes)
        for chosen in (
            # The product of no axes is one empty row, which nobody wrote.
            product(*(enumerate(items(values)) for values in axes.values())) if axes else ()
        ):
            values = dict(zip(axes, (value for _, value in chosen), strict=True))
            # An exclusion names some of the values; an empty one would exclude every row.
            if not any(item and item.items() <= values.items() for item in excluded):
                places = {
                    name: (self.book.document, f"{base}/{escape(name)}/{index}")
                    for name, (index, _) in zip(axes, chosen, strict=True)
                }
                yield Row(values, places, self.book.document.source(base))

    def _check_exclusions(
        self, excluded: list[Mapping[str, Json]], axes: Mapping[str, Json]
    ) -> None:
        for index, item in enumerate(excluded):
            for name in item:
                if name not in axes:
                    place = f"{self.pointer}/exclude/{index}/{escape(name)}"
                    title = f"'{name}' is no axis of the matrix"
                    advice = suggestion(name, tuple(axes))
                    self._refuse(self.book.document, place, title, advice)

    def _listed(self, source: Document, pointer: str, given: Json) -> Iterator[Row]:
        if not isinstance(given, list):
            self._refuse(source, pointer, "this must be an array of rows")
        for index, item in enumerate(items(given)):
            if isinstance(item, Mapping):
                yield self._row(source, f"{pointer}/{index}", item)
            else:
                self._refuse(source, f"{pointer}/{index}", "a row must be an object")

    def _row(self, source: Document, pointer: str, given: Mapping[str, Json]) -> Row:
        declared = properties(self.book, self.workflow)
        # An input may be called `title` or `skip`; only `id` always names the row.
        meta = {
            key: given[key] for key in META if key in given and (key == "id" or key not in declared)
        }
        values = {key: value for key, value in given.items() if key not in meta}
        places = {key: (source, f"{pointer}/{escape(key)}") for key in given}
        # `skip: true` would leave a report without a reason.
        for key in ("skip", "xfail"):
            if not isinstance(meta.get(key, ""), str):
                title = f"'{key}' must be a text that gives the reason"
                self._refuse(source, f"{pointer}/{key}", title)
        return Row(values, places, source.source(pointer), meta)

    def _file(self, name: str) -> Iterator[Row]:
        place = f"{self.pointer}/file"
        try:
            path = locate(name, folder=Path(self.book.path).parent, root=Path(self.book.root))
            source = _csv(path) if path.suffix.lower() == ".csv" else document.read(path)
        except (FileProblem, DocumentError, csv.Error, UnicodeDecodeError) as problem:
            self._refuse(self.book.document, place, f"the rows cannot be read: {problem}")
            return
        rooted = isinstance(source.data, Mapping)
        # The rows are the file itself or stand under `rows`.
        listed = members(source.data).get("rows") if rooted else source.data
        for row in self._listed(source, "/rows" if rooted else "", listed):
            yield self._typed(row) if path.suffix.lower() == ".csv" else row

    def _typed(self, row: Row) -> Row:
        """Convert the texts of a CSV file to the types of the inputs; an empty cell gives nothing."""
        declared = properties(self.book, self.workflow)
        values = {
            name: coerced(value, declared.get(name))
            for name, value in row.values.items()
            if value != ""
        }
        # A cell holds one text, so that lists are written with semicolons.
        meta = {
            key: [part for part in text(value).split(";") if part]
            if key in ("marks", "requirements", "needs")
            else value
            for key, value in row.meta.items()
            if value != ""
        }
        return replace(row, values=values, meta=meta)

    def _refuse(self, source: Document, pointer: str, title: str, advice: str = "") -> None:
        place = source.source(pointer)
        self.problems.append(
            Finding("cases", title, place, line=source.line(place.line), advice=advice)
        )


def _csv(path: Path) -> Document:
    """Read a CSV file as a document whose pointers know their lines."""
    # Spreadsheets put a byte order mark before the first name.
    written = path.read_bytes().decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(written), strict=True)
    rows: list[Json] = []
    lines: list[int] = []
    for row in reader:
        lines.append(reader.line_num)
        # The reader keeps surplus fields under None, and gives None for those that are missing.
        if None in row or None in row.values():
            fields = len(reader.fieldnames or ())
            raise csv.Error(f"line {reader.line_num} has not the {fields} fields of the header")
        rows.append(dict(row))
    return of_lines(written, str(path), rows, lines)
