"""Run a contract rule as a case."""

from harness.client.http import Send
from harness.client.tokens import renewing
from harness.errors import BeyondLimits
from harness.events import CasePlanned
from harness.exchange import Exchange, Request
from harness.outcome import Check, Outcome
from harness.plugin.bench import Bench, omitted
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule


def planned_rule(rule: AnyRule) -> CasePlanned:
    """Return how a rule stands in the plan."""
    return CasePlanned(
        case=rule.id,
        title=rule.title,
        api=rule.api,
        group=rule.group,
        requirements=rule.requirements,
        strength=rule.strength,
    )


def run_rule(bench: Bench, rule: AnyRule, effort: Effort) -> Outcome:
    """Try a rule against the target of this run."""
    planned = planned_rule(rule)
    # Looked at before anything is sent: what does not apply to a target must not disturb it.
    missing = bench.settings.environment.missing(rule.needs)
    if missing:
        return omitted(planned, f"the target has no capability '{missing}'")
    if rule.role and rule.role not in bench.roles:
        name = f"HARNESS_{rule.role.upper()}_CLIENT_ID"
        return omitted(planned, f"there are no credentials of role '{rule.role}' ({name})")
    return bench.perform(planned, lambda: _tried(bench, rule, effort))


def _tried(bench: Bench, rule: AnyRule, effort: Effort) -> tuple[Check, ...]:
    has_tokens = rule.api in bench.settings.products.with_tokens
    problem = bench.tokens.problem(rule.api) if has_tokens else None
    if rule.group == "token" and problem is not None and problem.rejects_credentials:
        # Whether good credentials get a token cannot be seen with others.
        raise problem
    return try_rule(rule, _target(bench, rule.id), effort)


def _within_limits(send: Send) -> Send:
    """Return a function that sends, and raises BeyondLimits where the answer is more than we read."""

    def sent(request: Request) -> Exchange:
        exchange = send(request)
        if exchange.is_beyond_limits:
            raise BeyondLimits(f"{request.operation or request.url}: {exchange.failure}.")
        return exchange

    return sent


def _target(bench: Bench, case: str) -> Target:
    environment = bench.settings.environment
    owners = (bench.tokens, *bench.roles.values())
    # From the wire outwards: a token is renewed before the size of an answer is judged.
    send = _within_limits(renewing(bench.client.bound(case, patient=True), owners))
    # At the root, which every server has; what it answers is of no interest.
    probe = Request("GET", f"{environment.base_url}/", operation="GET /")
    return Target(
        environment=environment,
        apis=bench.apis,
        send=send,
        bearer=bench.tokens.bearer,
        is_alive=lambda: send(probe).response is not None,
        others={role: tokens.bearer for role, tokens in bench.roles.items()},
        observe=bench.hooks.observed,
        advance=bench.advance,
    )
