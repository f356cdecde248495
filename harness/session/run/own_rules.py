"""Let a run have rules of one's own: load their modules, and write the requirement set that they give."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from harness.config import Settings
from harness.errors import DocumentError, suggestion
from harness.jsonvalue import Json
from harness.openapi import requirements
from harness.openapi.requirements import FILE_NAME
from harness.products.own_rules import Declared, every_rule, with_own_rules
from harness.rules.own.declared import OwnRequirement
from harness.rules.own.modules import LoadedModule, load_all
from harness.rules.own.target import requirement_of

FOLDER = "own"
"""Names the requirement set of rules of one's own, beside those of the products."""


@contextmanager
def joined(settings: Settings) -> Iterator[Settings]:
    """Give settings whose products have the rules of one's own too.

    Raises DocumentError where a module cannot be loaded, or names what there is not.
    """
    loaded = load_all(settings.rules)
    rules = every_rule(settings.rules)
    # Modules may have hooks alone, which need no requirement.
    if not rules:
        _refuse_no_rules(loaded)
        yield settings
        return
    products = with_own_rules(settings.products, settings.rules)
    _refuse_unknown(settings, loaded, rules)
    rows = _rows(loaded, rules)
    with tempfile.TemporaryDirectory(prefix="harness-rules-") as folder:
        # Requirements are read from folders, and so they are written to one.
        if rows:
            _write(Path(folder) / FOLDER, rows)
            products = replace(products, sets=(*products.sets, Path(folder)))
        yield replace(settings, products=products)


def _refuse_no_rules(loaded: tuple[LoadedModule, ...]) -> None:
    for each in loaded:
        if not (each.declared.before or each.declared.after):
            raise DocumentError(
                "declares no rule and no hook.",
                source=each.place(1),
                advice="Put @rule(...) from harness.api before a function.",
            )


def _refuse_unknown(
    settings: Settings, loaded: tuple[LoadedModule, ...], rules: tuple[Declared, ...]
) -> None:
    """Refuse requirements that nobody has declared, and such as no rule verifies."""
    own = {each.id: module.place(each.line) for module, each in _declared(loaded)}
    products = settings.products
    listed = (
        requirements.load(products.specs[0], products.specs[1:])
        if (products.are_derived)
        else requirements.load(more=products.specs)
    )
    known = {each.id: each.place for each in listed}
    for name, place in own.items():
        if name in known:
            raise DocumentError(
                f"the requirement {name} exists already, at {known[name]}.",
                source=place,
                advice="Give it another id.",
            )
    named = {name for rule, _ in rules for name in rule.requirements}
    for rule, module in rules:
        for name in rule.requirements:
            # What a rule says of an API that is not in this run is not looked at.
            if rule.api in settings.products.names and name not in (*known, *own):
                raise DocumentError(
                    f"there is no requirement '{name}'.",
                    source=module.place(rule.line),
                    advice=f"{suggestion(name, (*known, *own))} Declare one with requirement(...).",
                )
    for name, place in own.items():
        if name not in named:
            raise DocumentError(
                f"no rule verifies the requirement {name}.",
                source=place,
                advice="Name it among the requirements of a rule.",
            )


def _declared(loaded: tuple[LoadedModule, ...]) -> Iterator[tuple[LoadedModule, OwnRequirement]]:
    for module in loaded:
        for each in module.declared.requirements:
            yield module, each


def _rows(loaded: tuple[LoadedModule, ...], rules: tuple[Declared, ...]) -> list[Json]:
    """Return the requirement set: what was declared, and one for each rule that names none."""
    found: dict[str, Json] = {}
    for module, own in _declared(loaded):
        # Every requirement that is declared is named by a rule, as was checked.
        api = next(rule.api for rule, _ in rules if own.id in rule.requirements)
        source = own.source or str(module.place(own.line))
        # Where several declare one id, the first counts.
        found.setdefault(own.id, _row(own.id, own.statement, source, str(own.strength), api))
    for rule, module in rules:
        if not rule.requirements:
            name, source = requirement_of(rule), str(module.place(rule.line))
            found[name] = _row(name, rule.title, source, str(rule.strength), rule.api)
    return list(found.values())


def _row(name: str, statement: str, source: str, strength: str, api: str) -> Json:
    return {
        "id": name,
        "statement": statement,
        "source": source,
        "strength": strength,
        "api": api,
    }


def _write(folder: Path, rows: list[Json]) -> None:
    folder.mkdir(parents=True)
    whole: Json = {"derived": True, "requirements": rows}
    (folder / FILE_NAME).write_text(json.dumps(whole, indent=1), encoding="utf-8")
