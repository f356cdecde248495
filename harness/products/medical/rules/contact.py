"""Promises on reaching the payer: print and fax payers need an address or a number, others neither."""

from harness.jsonvalue import items, lookup, members, text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.medical.rules.baseline import (
    ADDRESS,
    REFUSES,
    WRITES,
    Payer,
    documents,
    for_payer,
    payers,
    submission,
)
from harness.products.medical.rules.checks import ERRORS, accepted, refused_upload
from harness.products.medical.rules.requests import upload
from harness.rules.checks import check, status
from harness.rules.edits import put, rename
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target

_FAX, _ADDRESS = "payerFaxNumber", "payerAddress"
_CONTACTS = ("tradingPartnerServiceId", _FAX, _ADDRESS)


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on the contact of the payer."""
    printed = [payer for payer in payers() if payer.is_print_fax]
    faxed = [payer for payer in printed if payer.delivery == "fax"]
    mailed = [payer for payer in printed if payer.delivery == "mail"]
    return (
        # Electronic, print and fax payers share one endpoint (A005), so each kind is tried.
        *(_needs_nothing(payer) for payer in payers() if not payer.is_print_fax),
        *(_reached(payer) for payer in printed),
        *(_unreachable(payer) for payer in printed),
        *(_unfit(payer, "no-fax-number", _FAX, ("A046",)) for payer in faxed),
        *(_unfit(payer, "no-address", _ADDRESS, ("A049",)) for payer in mailed),
        _other_case(),
    )


def _needs_nothing(payer: Payer) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return accepted(upload(target, submission(payer_id=payer.id), documents(1)))

    return Rule(
        f"medical/upload/no-contact-{payer.slug}",
        f"an upload for {payer.id} needs neither address nor fax number",
        ("A009", "A012"),
        verify,
        needs=WRITES,
    )


def _reached(payer: Payer) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        return accepted(upload(target, for_payer(payer), documents(1)))

    by = "a fax number" if payer.delivery == "fax" else "an address"
    return Rule(
        f"medical/upload/contact-{payer.slug}",
        f"an upload for {payer.id} with {by} is accepted",
        ("A005", "A012"),
        verify,
        needs=WRITES,
    )


def _unreachable(payer: Payer) -> AnyRule:
    """Send neither; the error may stand at the payer id or at what is missing."""

    def verify(target: Target, _: object) -> Checks:
        # A submission names neither fax number nor address unless the payer asks for it.
        answered = upload(target, submission(payer_id=payer.id), documents(1)).answered
        yield status(answered, 400)
        yield _contact_named(answered)
        yield from answered.conforms()

    return Rule(
        f"medical/upload/no-contact-{payer.slug}",
        f"an upload for {payer.id} with neither address nor fax number is refused",
        ("A010",),
        verify,
        # The guide says which payers need what; no schema enforces it.
        strength=Strength.SHOULD,
        needs=REFUSES,
    )


def _contact_named(answered: Answered) -> Check:
    fields = [
        text(members(error).get("field")) for error in items(lookup(answered.body, "/errors"))
    ]
    # The error may stand at the payer id, or at either contact that is missing.
    holds = any(field.partition(".")[0] in _CONTACTS for field in fields)
    actual = ", ".join(fields) or "no field"
    return check("error.field", answered, " or ".join(_CONTACTS), actual, holds=holds, where=ERRORS)


def _unfit(payer: Payer, name: str, path: str, requirements: tuple[str, ...]) -> AnyRule:
    """Send the other contact only. That either would do is what another page says."""

    def verify(target: Target, _: object) -> Checks:
        # The contact that this payer's delivery does not use.
        other = _ADDRESS if path == _FAX else _FAX
        value = ADDRESS if other == _ADDRESS else "0000000000"
        sent = put(submission(payer_id=payer.id), other, value)
        answered = upload(target, sent, documents(1)).answered
        yield status(answered, 400)
        yield _contact_named(answered)
        yield from answered.conforms()

    return Rule(
        f"medical/upload/{name}-{payer.slug}",
        f"an upload for {payer.id} without {path} is refused",
        requirements,
        verify,
        strength=Strength.SHOULD,
        needs=REFUSES,
    )


def _other_case() -> AnyRule:
    payer = next(candidate for candidate in payers() if candidate.delivery == "fax")

    def verify(target: Target, _: object) -> Checks:
        # With a capital it is another member (O009), so that the number counts as missing.
        mutated = rename(for_payer(payer), _FAX, "PayerFaxNumber")
        answered = upload(target, mutated, documents(1)).answered
        yield from refused_upload(answered, "tradingPartnerServiceId")

    return Rule(
        "medical/upload/fax-number-in-other-case",
        "a fax number under PayerFaxNumber is not taken for one",
        ("O009",),
        verify,
        strength=Strength.SHOULD,
        needs=REFUSES,
    )
