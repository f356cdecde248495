"""Choose the rules of a lint, and their severities."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.errors import UnknownName, UsageError
from harness.openapi.lint.rule import Rule, Severity
from harness.openapi.lint.table import BY_ID, RULES

EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rules are checked: those that are no matter of taste, unless something else is said."""

    only: frozenset[str] | None = None
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def includes(self, rule: Rule) -> bool:
        """Decide whether a rule is checked."""
        if rule.id in self.removed:
            return False
        if self.only is not None:
            return rule.id in self.only
        return not rule.is_optional or rule.id in self.added

    def severity(self, rule: Rule) -> Severity:
        """Return how severe a finding of a rule is."""
        return self.severities.get(rule.id, rule.severity)


def selection_of(text: str) -> Selection:
    """Read what `--rules` names: `a,b` are the only ones, `+a` adds one, `-a` leaves one out, `a=note` sets a severity.

    `all` stands for all rules, matters of taste included. Raises UsageError with what is known.
    """
    found = Selection()
    for word in (part.strip() for part in text.split(",")):
        if word:
            found = _with(found, word)
    return found


def _with(selection: Selection, word: str) -> Selection:
    sign = word[0] if word[0] in "+-" else ""
    name, _, severity = word.removeprefix(sign).partition("=")
    if name != EVERYTHING and name not in BY_ID:
        raise UnknownName(None, kind="rule of the lint", name=name, known=tuple(BY_ID))
    names = frozenset(rule.id for rule in RULES) if name == EVERYTHING else frozenset({name})
    if severity:
        levels = dict.fromkeys(names, _severity(severity))
        added = selection.added | names
        return replace(selection, severities={**selection.severities, **levels}, added=added)
    match sign:
        case "+":
            return replace(selection, added=selection.added | names)
        case "-":
            return replace(selection, removed=selection.removed | names)
        case _:
            return replace(selection, only=(selection.only or frozenset()) | names)


def _severity(text: str) -> Severity:
    if text not in [severity.value for severity in Severity]:
        raise UsageError(f"there is no severity '{text}'.", advice="Use error, warning or note.")
    return Severity(text)
