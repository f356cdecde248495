"""Every rule on what the products share, made of what is known of each."""

from harness.products.platform.rules import authorization, token_use, tokens, transport
from harness.rules.part import RuleContext
from harness.rules.rule import AnyRule


def rules(context: RuleContext) -> tuple[AnyRule, ...]:
    """Return the rules on tokens and health, which run first, and on bearer tokens and transport."""
    known = context.products
    return (
        # Without tokens nothing else can be judged, so what ails them is reported first.
        *tokens.rules(known, context.credentials),
        *authorization.health_rules(known),
        *authorization.authorization_rules(known),
        *authorization.bearer_rules(known),
        *token_use.rules(known, context.environment, context.credentials),
        *transport.rules(known),
        *(
            authorization.expiry_rules(known, context.credentials)
            # Waiting an hour in earnest is no option.
            if context.can_advance_time
            else ()
        ),
    )
