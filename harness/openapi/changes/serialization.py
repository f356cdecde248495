"""Say how a parameter's value is written, for each kind of value that it can have (OpenAPI 3.1, 4.8.12)."""

from collections.abc import Iterable, Mapping

from harness.jsonvalue import Json, text
from harness.openapi.containment.atoms import Kind


def written_alike(old: Mapping[str, Json], new: Mapping[str, Json], kinds: Iterable[Kind]) -> str:
    """Return what differs between two ways of writing values of some kinds; empty where nothing does."""
    shapes = {_shape(kind) for kind in kinds}
    if all(_form(old, shape) == _form(new, shape) for shape in shapes):
        return ""
    before, after = (
        f"{_style(item)}{' exploded' if _explodes(item) else ''}" for item in (old, new)
    )
    return f"{before} -> {after}"


def _shape(kind: Kind) -> Kind:
    return kind if kind in (Kind.ARRAY, Kind.OBJECT) else Kind.STRING


def _style(parameter: Mapping[str, Json]) -> str:
    place = text(parameter.get("in"))
    return text(parameter.get("style")) or ("form" if place in ("query", "cookie") else "simple")


def _explodes(parameter: Mapping[str, Json]) -> bool:
    explode = parameter.get("explode")
    return explode if isinstance(explode, bool) else _style(parameter) == "form"


def _form(parameter: Mapping[str, Json], shape: Kind) -> tuple[str, str]:
    """Return what stands before and between the parts of a value."""
    style, explodes = _style(parameter), _explodes(parameter)
    if shape is Kind.STRING:
        return {"simple": "", "label": ".", "matrix": ";name="}.get(style, "name="), ""
    if shape is Kind.ARRAY and explodes and style in ("form", "spaceDelimited", "pipeDelimited"):
        return "name=", "&name="
    if shape is Kind.ARRAY and style == "simple":
        return "", ","
    return style, "exploded" if explodes else ""
