"""Read an XML element as the value that a schema describes (OpenAPI 3.0.4, 4.7.26; 3.1.1, 4.8.26).

What the standard leaves open is not decided here: `NotDecided` says why, and nobody is accused.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from harness.jsonvalue import Json, escape, members, text
from harness.openapi.merged import Merged, merged, resolved
from harness.openapi.model import Api
from harness.openapi.numbers import exact

# Bounds of one document: an element takes some hundred bytes of memory however short it is.
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
    # In one piece: otherwise each line and each entity is a call of its own.
    parser.buffer_text = True
    # Nothing of a document type is read: it is where entities, and whatever lies elsewhere, are declared.
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.ParseFile(BytesIO(raw))
    # expat gives a code and a place; the encoding alone is no fault of the sender's XML.
    except expat.ExpatError as problem:
        what = expat.ErrorString(problem.code)
        if problem.code in _ENCODING_ERRORS:
            raise UnreadXml(what) from None
        place = f"line {problem.lineno}, column {problem.offset + 1}"
        raise MalformedXml(f"{what} ({place})") from None
    except (LookupError, ValueError) as problem:
        # What the handlers raise passes through the parser, and is a ValueError as well.
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
        # Counted while parsing, so that memory is never taken for a document that is refused.
        if self._elements > MAX_ELEMENTS or self._attributes > MAX_ATTRIBUTES:
            raise UnreadXml(f"of more than {MAX_ELEMENTS:,} elements")
        if len(self._open) >= MAX_DEPTH:
            raise UnreadXml(f"nested more than {MAX_DEPTH} deep")
        element = Element(_name(name), {_name(key): value for key, value in attributes.items()})
        (self._open[-1].children if self._open else self.roots).append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].texts.append(text)


def _name(written: str) -> Name:
    namespace, _, local = written.rpartition(_BETWEEN)
    return Name(local, namespace)


_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_INTEGER = re.compile(r"[+-]?[0-9]{1,400}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}  # XML Schema, part 2, 3.3.2
_UNCLEAR = ("if", "not", "patternProperties", "dependentSchemas", "prefixItems", "$dynamicRef")
"""Keywords under which it depends on the value what its elements mean."""


class NotDecided(ValueError):
    """What an element means by its schema cannot be decided; the reason in words."""


@dataclass(frozen=True, slots=True)
class NameFault:
    """An element or attribute that has not the name or namespace which its XML Object gives."""

    pointer: str
    rule: str
    actual: str


@dataclass(frozen=True, slots=True)
class _Node:
    """A schema flat, with the XML Object that is its own: one in `allOf` may be meant for that part."""

    flat: Merged
    xml: Mapping[str, Json]
    is_plain: bool
    """Whether it stands here whole, so that its XML Object can be meant for nothing else."""

    @property
    def kinds(self) -> set[str]:
        return set(self.flat.types) - {"null"}

    @property
    def is_nullable(self) -> bool:
        return "null" in self.flat.types

    @property
    def name(self) -> str:
        return text(self.xml.get("name"))

    @property
    def is_wrapped(self) -> bool:
        return self.xml.get("wrapped") is True

    @property
    def items(self) -> Json:
        return self.flat.keywords.get("items", True)

    def names(self, *usual: str) -> tuple[str, ...]:
        """Return the names that its elements may have, where the `usual` ones come without an XML Object."""
        also = text(members(self.flat.keywords.get("xml")).get("name"))
        # An XML Object beside a reference may be meant for what the reference leads to.
        known = (self.name,) if self.is_plain and self.name else (self.name, also, *usual)
        return tuple(name for name in known if name)


@dataclass(frozen=True, slots=True)
class XmlReader:
    """Reads the elements of one document; what is wrong with names is gathered beside the value."""

    api: Api
    is_stripped: bool = False
    """Whether white space around a string was put there by whoever indents."""
    faults: list[NameFault] = field(default_factory=list)
    _nodes: dict[int, tuple[Json, _Node]] = field(default_factory=dict)
    """By the identity of a schema, which is kept so that it stays the same."""

    def root(self, element: Element, schema: Json) -> object:
        """Return the value of a whole document. Raises NotDecided."""
        node = self._node(schema)
        if not node.kinds & {"object", "array"}:
            raise NotDecided("the schema describes text and not elements")
        # The name of a root that is a list is not defined, so none is asked for.
        if "array" in node.kinds:
            return self._listed(element.children, node, "", ())
        if node.name and node.name != element.name.local:
            self.faults.append(NameFault("", f"xml.name {node.name}", element.name.local))
        self._check_namespace(element.name, node, "")
        return self._value(element, schema, "")

    def _value(self, element: Element, schema: Json, pointer: str) -> object:
        node = self._node(schema)
        is_empty = not element.children and not element.text
        # XML has no null: `xsi:nil` (XML Schema, part 1, 2.6.2) or an empty element stands for it.
        if node.is_nullable and (_is_nil(element) or is_empty):
            return None
        kinds = node.kinds
        # The text `5` can be a string or a number, and nothing on the wire says which.
        if len(kinds) > 1 and kinds != {"integer", "number"}:
            raise NotDecided(f"{pointer or 'the body'} may have several types")
        if "object" in kinds:
            return self._object(element, node, pointer)
        if "array" in kinds:
            if not element.children and element.text.strip():
                raise NotDecided(f"{pointer} is text where a list is described")
            return self._listed(element.children, node, pointer, (element.name.local,))
        if element.children:
            raise NotDecided(f"{pointer} has elements where text is described")
        return self._scalar(element.text, node, pointer)

    def _object(self, element: Element, node: _Node, pointer: str) -> dict[str, object]:
        if element.text.strip():
            raise NotDecided(f"{pointer or 'the body'} has text beside its elements")
        # Elements are taken from here as properties claim them; what is left is described by none.
        left: dict[str, list[Element]] = {}
        for child in element.children:
            left.setdefault(child.name.local, []).append(child)
        result: dict[str, object] = {}
        for name, schema in node.flat.properties.items():
            place = f"{pointer}/{escape(name)}"
            inner = self._node(schema)
            if inner.xml.get("attribute") is True:
                self._attribute(result, element, (name, place), inner)
                continue
            # A dict for its order: a name that occurs twice must not take elements twice.
            names = dict.fromkeys(self._element_names(name, inner))
            mine = [child for other in names for child in left.pop(other, ())]
            self._member(
                result, mine, (name, place), schema, is_required=name in node.flat.required
            )
        self._others(result, left, node, pointer)
        return result

    def _element_names(self, name: str, node: _Node) -> tuple[str, ...]:
        """Return what the elements of a property may be called.

        With a reference the name may be meant for the property or for what it refers to: either is taken.
        """
        if "array" not in node.kinds or node.is_wrapped:
            return node.names(name)
        # The name of a list that is not wrapped has no effect (OpenAPI 3.0.4, 4.7.26.2.3).
        return self._node(node.items).names(*node.names(name), name)

    def _member(
        self,
        result: dict[str, object],
        mine: Sequence[Element],
        at: tuple[str, str],
        schema: Json,
        *,
        is_required: bool,
    ) -> None:
        name, place = at
        node = self._node(schema)
        if "array" in node.kinds and not node.is_wrapped:
            if mine or is_required:  # no elements may be an empty list, or none at all
                result[name] = self._listed(mine, node, place, ())
            return
        # Which of them is meant is anybody's guess.
        if len(mine) > 1:
            raise NotDecided(f"{place} stands there more than once, and is no list")
        for element in mine:
            self._check_namespace(element.name, node, place)
            if "array" in node.kinds and not (node.is_nullable and _is_nil(element)):
                names = (*node.names(name), name)
                result[name] = self._listed(element.children, node, place, names)
            else:
                result[name] = self._value(element, schema, place)

    def _listed(
        self, elements: Sequence[Element], node: _Node, pointer: str, usual: Collection[str]
    ) -> list[object]:
        """Read the elements of a list; items without a name of their own have one of the `usual` names."""
        inner = self._node(node.items)
        allowed = inner.names(*usual)
        # Without usual names, elements were chosen by name before, and any other is no item.
        odd = [each for each in elements if allowed and each.name.local not in allowed]
        if odd and usual:
            raise NotDecided(f"{pointer or 'the body'} holds <{odd[0].name.local}>")
        for each in elements:
            self._check_namespace(each.name, inner, pointer)
        return [
            self._value(each, node.items, f"{pointer}/{at}") for at, each in enumerate(elements)
        ]

    def _attribute(
        self, result: dict[str, object], element: Element, at: tuple[str, str], node: _Node
    ) -> None:
        name, place = at
        for key, value in element.attributes.items():
            # Attributes of XML Schema itself, such as `xsi:type`, are no properties.
            if key.local in node.names(name) and key.namespace != _XSI:
                self._check_namespace(key, node, place)
                result[name] = self._scalar(value, node, place)

    def _others(
        self,
        result: dict[str, object],
        left: Mapping[str, Sequence[Element]],
        node: _Node,
        pointer: str,
    ) -> None:
        """Add elements that no property describes, so that `additionalProperties` is judged."""
        further = node.flat.keywords.get("additionalProperties", True)
        is_described = isinstance(further, Mapping) and bool(further)
        for name, elements in left.items():
            # A claim on this name would take both, and which one is wrong cannot be seen.
            if name in result or name in node.flat.properties:
                raise NotDecided(f"<{name}> has the name of a property that is called otherwise")
            if len(elements) > 1 and (is_described or "minProperties" in node.flat.keywords):
                raise NotDecided(f"<{name}> stands there more than once")
            place = f"{pointer}/{escape(name)}"
            is_read = is_described and not isinstance(further, bool)
            result[name] = self._value(elements[0], further, place) if is_read else elements[0].text

    def _scalar(self, written: str, node: _Node, pointer: str) -> object:
        # White space says nothing around a number (XML Schema, part 2, 4.3.6), unlike a string.
        bare = written.strip(" \t\r\n")
        if not node.kinds & {"integer", "number", "boolean"}:
            if not node.kinds and node.flat.keywords.keys() & {"enum", "const"}:
                raise NotDecided(f"{pointer} has no type")
            return bare if self.is_stripped else written
        if bare in ("INF", "-INF", "NaN"):
            raise NotDecided(f"{pointer} is {bare}, a number in XML alone")
        if "boolean" in node.kinds:
            # Anything else stays a text, which the schema then refuses.
            return _BOOLEANS.get(bare, written)
        if _INTEGER.fullmatch(bare):
            return int(bare)
        return exact(bare) if _DECIMAL.fullmatch(bare) else written

    def _check_namespace(self, name: Name, node: _Node, pointer: str) -> None:
        # A namespace is asked for only where the schema names one; most APIs ignore them.
        wanted = text(node.xml.get("namespace"))
        if wanted and name.namespace != wanted:
            actual = name.namespace or "no namespace"
            self.faults.append(NameFault(pointer, f"xml.namespace {wanted}", actual))

    def _node(self, schema: Json) -> _Node:
        """Return a schema flat. Raises NotDecided where the value decides what its parts mean."""
        known = self._nodes.get(id(schema))
        if known is not None:
            return known[1]
        flat = merged(self.api, schema)
        # These decide by the value which schema applies, while the value is only being read.
        unclear = next((key for key in _UNCLEAR if key in flat.keywords), "")
        if flat.alternatives or unclear:
            raise NotDecided(f"the schema has {unclear or 'oneOf or anyOf'}")
        if "nodeType" in members(flat.keywords.get("xml")):
            raise NotDecided("the schema has xml.nodeType")  # OpenAPI 3.2 alone
        is_plain = not members(schema).keys() & {"$ref", "allOf"}
        node = _Node(flat, members(resolved(self.api, schema).get("xml")), is_plain)
        self._nodes[id(schema)] = (schema, node)
        return node


def _is_nil(element: Element) -> bool:
    return element.attributes.get(Name("nil", _XSI)) in ("true", "1")
