"""What the notes API promises."""

from collections.abc import Iterable

from hypothesis import strategies as st

from harness.jsonvalue import members
from harness.rules.checks import equal, status
from harness.rules.part import RuleContext, RulePart
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target, json_body


def _added(target: Target, text: str) -> Answered:
    headers, body = json_body({"text": text})
    operation = target.operation("notes", "addNote")
    return target.call(operation, headers=(*target.authorization("notes"), *headers), body=body)


def _kept(target: Target, text: str) -> Checks:
    answered = _added(target, text)
    yield status(answered, 201)
    yield equal("note.text", answered, text, members(answered.body).get("text"))
    yield from answered.conforms()


def _blank(target: Target, _: object) -> Checks:
    answered = _added(target, "")
    yield status(answered, 400)
    yield from answered.conforms()


def _rules(context: RuleContext) -> Iterable[AnyRule]:
    if "notes" not in context.apis:
        return
    texts = st.text("abcdefgh ", min_size=1, max_size=20)
    yield Rule("notes/add/kept", "a note is kept as it was sent", ("N002",), _kept, texts)
    yield Rule("notes/add/blank", "a note without text is refused", ("N003",), _blank)


PART = RulePart(_rules)
