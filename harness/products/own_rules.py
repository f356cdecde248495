"""Join rules of one's own to the products of a run, so that whatever runs these runs those as well."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from harness.config import RuleModule
from harness.errors import DocumentError
from harness.openapi.model import Api, Operation
from harness.product import Load, ProductFacts, Products
from harness.products.document import DocumentParts
from harness.rules.document.access import access_for
from harness.rules.document.draft import NO_ACCESS, Access
from harness.rules.own.declared import OwnRule
from harness.rules.own.modules import LoadedModule, load_all
from harness.rules.own.target import Authenticate, elsewhere, own_rule
from harness.rules.part import RuleContext, RulePart
from harness.rules.rule import AnyRule
from harness.rules.target import Target

Declared = tuple[OwnRule, LoadedModule]


@dataclass(frozen=True, slots=True)
class WithOwnRules:
    """Gives the rules of a product and those of a user's own; it can be sent to another process."""

    base: Load
    facts: ProductFacts = field(compare=False)
    """Not compared: it holds maps, and a copy from another process is the same."""
    modules: tuple[RuleModule, ...]
    known: tuple[str, ...]
    """The APIs of the run."""
    takes_strangers: bool
    """It has the rules for APIs that the run does not have, which are left out with that reason."""

    def __call__(self) -> object:
        base = self.base()
        # A product without rules of its own can have a user's all the same.
        if base is None:
            base = RulePart(lambda _: ())
        if not isinstance(base, RulePart):
            return base  # the catalogue says what is wrong with it
        return replace(base, rules=partial(self._rules, base.rules))

    def _rules(
        self, base: Callable[[RuleContext], Iterable[AnyRule]], context: RuleContext
    ) -> tuple[AnyRule, ...]:
        given = tuple(base(context))
        # Only now: the ids of the suite hang on the documents in use.
        _refuse_taken({each.id for each in given}, self._own())
        return (*given, *self._made(context))

    def _own(self) -> tuple[Declared, ...]:
        every = (
            (own, module) for module in load_all(self.modules) for own in module.declared.rules
        )
        return tuple(each for each in every if each[0].api == self.facts.name)

    def _made(self, context: RuleContext) -> Iterator[AnyRule]:
        documents = tuple(
            context.apis[name] for name in self.facts.documents if name in context.apis
        )
        for own, module in self._own():
            yield own_rule(own, module, documents, self._authenticate(documents))
        # One product takes them, or each would report the same rule as left out.
        for module in load_all(self.modules) if self.takes_strangers else ():
            for own in module.declared.rules:
                if own.api not in self.known:
                    yield elsewhere(own, module, self.known)

    def _authenticate(self, documents: tuple[Api, ...]) -> Authenticate:
        base = self.base
        if isinstance(base, DocumentParts):
            return partial(_as_the_document_says, documents[0], base) if documents else _nobody
        return partial(_bearer, self.facts)


def with_own_rules(products: Products, modules: tuple[RuleModule, ...]) -> Products:
    """Return the products, each with the rules that modules have for it. Raises DocumentError."""
    _refuse_twice(every_rule(modules))
    return replace(
        products,
        all=tuple(
            replace(
                each,
                rules=WithOwnRules(each.rules, each.facts, modules, products.names, index == 0),
            )
            for index, each in enumerate(products.all)
        ),
    )


def every_rule(modules: tuple[RuleModule, ...]) -> tuple[Declared, ...]:
    """Return every rule that modules declare, each with its module."""
    return tuple((own, module) for module in load_all(modules) for own in module.declared.rules)


def _refuse_twice(every: tuple[Declared, ...]) -> None:
    # By id, so that the message can point to the earlier declaration.
    first: dict[str, Declared] = {}
    for own, module in every:
        if own.id in first:
            earlier = first[own.id]
            raise DocumentError(
                f"the case '{own.id}' exists already, at {earlier[1].place(earlier[0].line)}.",
                source=module.place(own.line),
                advice="Give it an id of its own.",
            )
        first[own.id] = own, module


def _refuse_taken(taken: set[str], every: tuple[Declared, ...]) -> None:
    for own, module in every:
        if own.id in taken:
            raise DocumentError(
                f"the case '{own.id}' has the id of a case of the suite.",
                source=module.place(own.line),
                advice="Give it an id of its own.",
            )


def _as_the_document_says(
    api: Api, parts: DocumentParts, target: Target, operation: Operation
) -> Access:
    return access_for(api, parts.plan, target) if operation.secured else NO_ACCESS


def _bearer(facts: ProductFacts, target: Target, operation: Operation) -> Access:
    # A token where none is asked for would hide that the operation works without.
    if facts.token is None or not operation.secured:
        return NO_ACCESS
    return Access(headers=target.authorization(facts.name))


def _nobody(_: Target, __: Operation) -> Access:
    return NO_ACCESS
