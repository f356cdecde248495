"""Write scenarios out: one for each row of a table, and those of every product in its own words."""

import re
from collections.abc import Iterator, Mapping

from harness.document import Document
from harness.errors import UnknownName
from harness.jsonvalue import Json, items, members, text

_NAME = re.compile(r"\$(row|main)\.([a-z_]+)")


def written_out(file: Document, main: Mapping[str, Json]) -> Document:
    """Return a file without rows; each scenario keeps the place that it was written at.

    Raises UnknownName where a row, or the product, does not have a name that is used.
    """
    scenarios: list[Json] = []
    parts = {}
    for index, scenario in enumerate(items(members(file.data).get("scenarios"))):
        place = f"/scenarios/{index}"
        for written in _of_rows(file, members(scenario), place, main):
            parts[f"/scenarios/{len(scenarios)}"] = (file, place)
            scenarios.append(written)
    always = [
        _filled(each, {}, main, file, f"/always/{index}")
        for index, each in enumerate(items(members(file.data).get("always")))
    ]
    whole = {**members(file.data), "scenarios": scenarios}
    return file.with_parts({**whole, "always": always} if always else whole, parts)


def _of_rows(
    file: Document, scenario: Mapping[str, Json], place: str, main: Mapping[str, Json]
) -> Iterator[Json]:
    template = {name: value for name, value in scenario.items() if name != "rows"}
    for row in map(members, items(scenario.get("rows")) or ({},)):
        yield _filled(template, row, main, file, place)


def _filled(
    value: Json, row: Mapping[str, Json], main: Mapping[str, Json], file: Document, place: str
) -> Json:
    if isinstance(value, Mapping):
        return {name: _filled(each, row, main, file, place) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, row, main, file, place) for each in value]
    if not isinstance(value, str):
        return value
    tables = {"row": row, "main": main}
    if (whole := _NAME.fullmatch(value)) is not None:
        return _named(tables[whole[1]], whole, file, place)
    return _NAME.sub(lambda name: text(_named(tables[name[1]], name, file, place)), value)


def _named(table: Mapping[str, Json], name: re.Match[str], file: Document, place: str) -> Json:
    if name[2] not in table:
        source = file.source(f"{place}/scenario")
        raise UnknownName(source, kind=f"{name[1]} member", name=name[2], known=tuple(table))
    return table[name[2]]
