"""Read XML of a stranger into elements: no document types, no entities, bounded in size and depth."""

from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 100_000
MAX_ATTRIBUTES = 200_000

_BETWEEN = "\n"
"""Between namespace and local name; no namespace can hold it, since parsers make spaces of it."""
_ENCODINGS = ("utf-8", "utf-16", "iso-8859-1", "us-ascii")
"""What expat reads by itself (its `XML_ParserCreate`)."""


class MalformedXml(ValueError):
    """The text is no well-formed XML; said in words, with line and column."""


class UnreadXml(ValueError):
    """The text may be XML, but is not read: the reason in words."""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an element or attribute; without its prefix, which is anybody's choice."""

    local: str
    namespace: str = ""


@dataclass(slots=True)
class Element:
    """One element with all that is in it."""

    name: Name
    attributes: dict[Name, str]
    children: "list[Element]" = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All characters that stand in it, but for those of its children."""
        return "".join(self.texts)


def read_xml(raw: bytes, encoding: str = "") -> Element:
    """Return the root of an XML document. Raises MalformedXml or UnreadXml."""
    if len(raw) > MAX_BYTES:
        raise UnreadXml(f"larger than {MAX_BYTES:,} bytes")
    if encoding and encoding.lower() not in _ENCODINGS:
        raise UnreadXml(f"in the encoding {encoding[:40]}")
    builder = _Builder()
    parser = expat.ParserCreate(encoding or None, _BETWEEN)
    parser.buffer_text = True
    # Nothing of a document type is read: it is where entities, and whatever lies elsewhere, are declared.
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.ParseFile(BytesIO(raw))
    except expat.ExpatError as problem:
        what = expat.ErrorString(problem.code)
        if problem.code in _ENCODING_ERRORS:
            raise UnreadXml(what) from None
        place = f"line {problem.lineno}, column {problem.offset + 1}"
        raise MalformedXml(f"{what} ({place})") from None
    except (LookupError, ValueError) as problem:
        if isinstance(problem, UnreadXml):
            raise
        raise UnreadXml("in an encoding that is not known") from None
    return builder.roots[0]


_ENCODING_ERRORS = (
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
)


class _Builder:
    """Takes what the parser finds, and counts it."""

    def __init__(self) -> None:
        self.roots: list[Element] = []
        self._open: list[Element] = []
        self._elements = 0
        self._attributes = 0

    def refuse_doctype(self, *_: object) -> None:
        raise UnreadXml("with a document type declaration")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._attributes += len(attributes)
        if self._elements > MAX_ELEMENTS or self._attributes > MAX_ATTRIBUTES:
            raise UnreadXml(f"of more than {MAX_ELEMENTS:,} elements")
        if len(self._open) >= MAX_DEPTH:
            raise UnreadXml(f"nested more than {MAX_DEPTH} deep")
        made = Element(_name(name), {_name(key): value for key, value in attributes.items()})
        (self._open[-1].children if self._open else self.roots).append(made)
        self._open.append(made)

    def end(self, _: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].texts.append(text)


def _name(written: str) -> Name:
    namespace, _, local = written.rpartition(_BETWEEN)
    return Name(local, namespace)
