"""Promises on X12 requests with a fault: bodies without a message, and messages that break a rule."""

from collections.abc import Mapping

from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.products.prior_auth.rules.checks import refused_in_words
from harness.products.prior_auth.rules.requests import (
    INQUIRY_X12,
    REFUSES,
    SUBMISSION_X12,
    RequestVariant,
    request_of,
)
from harness.products.prior_auth.strategies.x12_messages import BREAKABLE, broken
from harness.rules.checks import check
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
from harness.x12.findings import DEMANDS, RULES, Severity
from harness.x12.review import Kind

_VARIANTS = (INQUIRY_X12, SUBMISSION_X12)
_BODIES: Mapping[str, Json] = {
    "missing": {},
    "empty": {"x12": ""},
    "blank": {"x12": "   "},
    "null": {"x12": None},
    "number": {"x12": 278},
    "boolean": {"x12": True},
    "array": {"x12": ["ISA"]},
    "object": {"x12": {"ISA": "00"}},
    "in-capitals": {"X12": "ISA"},
    "no-object": "ISA",
    # A known key, but in no message.
    "no-message": {"x12": "INQDEMO"},
    "bare-envelope": {"x12": "ISA*00*          *00*~"},
}
_CITED = (
    ("se.", "S025"),
    ("isa.control-number", "S026"),
    ("gs.control-number", "S026"),
    ("st.control-number", "S026"),
    ("isa.", "S024"),
    ("version.", "S023"),
    ("bht.", "S027"),
    ("hl.", "S028"),
    ("date.", "S059"),
)
"""Which requirement a rule of the checker belongs to, by how its name begins."""


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on X12 bodies and on each rule of the checker whose breach is an error."""
    # Rules that published examples break themselves are warnings, and demand nothing of an API.
    grave = [name for name in BREAKABLE if RULES[name] is Severity.ERROR]
    return (
        *(_body(variant, name, body) for variant in _VARIANTS for name, body in _BODIES.items()),
        *(_broken(variant, name) for variant in _VARIANTS for name in grave),
        *(_other_kind(variant) for variant in _VARIANTS),
        *(_extra_member(variant) for variant in _VARIANTS),
    )


def _body(variant: RequestVariant, name: str, body: Json) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return refused_in_words(variant.send(target, body))

    return Rule(
        f"{variant.prefix}/body-{name}",
        "a body without a message as its member x12 is refused",
        ("S022",),
        verify,
        needs=variant.needs(*REFUSES),
    )


def _broken(variant: RequestVariant, name: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return refused_in_words(
            # The whole message is certified, so that only the breach can have it refused.
            variant.send(target, {"x12": broken(request_of(variant.kind).x12, name)})
        )

    # The first that fits: the longer beginnings stand before the shorter ones.
    cited = next((each for start, each in _CITED if name.startswith(start)), "S022")
    return Rule(
        f"{variant.prefix}/{name.replace('.', '-')}",
        f"a message is refused unless {DEMANDS[name]}",
        (cited,),
        verify,
        strength=Strength.SHOULD,  # how closely a message is looked at is nowhere promised
        needs=variant.needs(*REFUSES),
    )


def _other_kind(variant: RequestVariant) -> AnyRule:
    other = Kind.SUBMISSION if variant.kind is Kind.INQUIRY else Kind.INQUIRY

    def verify(target: Target, _: object) -> Checks:
        return refused_in_words(variant.send(target, {"x12": request_of(other).x12}))

    return Rule(
        f"{variant.prefix}/other-kind",
        f"a message of version {other.version} is refused here",
        ("S023",),
        verify,
        # The two versions belong to two endpoints, yet no document says what the wrong one answers.
        strength=Strength.OBSERVE,
        needs=variant.needs(*REFUSES),
    )


def _extra_member(variant: RequestVariant) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        body: Json = {"x12": request_of(variant.kind).x12, "harness": "extra"}
        answered = variant.send(target, body)
        code = answered.response.status
        yield check("extra", answered, "200 or 4xx", str(code), holds=code < 500)
        yield from answered.conforms()

    return Rule(
        f"{variant.prefix}/extra-member",
        "what a member beside x12 does is recorded",
        ("S022",),
        verify,
        strength=Strength.OBSERVE,
        needs=variant.needs(*REFUSES),
    )
