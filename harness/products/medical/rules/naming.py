"""Promises on names and ids: how members are spelt, and which payers and control numbers there are."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.jsonvalue import text
from harness.openapi.requirements import Strength
from harness.products.medical.codes.statuses import BY_CODE
from harness.products.medical.rules.baseline import (
    REFUSES,
    Payer,
    documents,
    for_payer,
    payers,
    submission,
)
from harness.products.medical.rules.checks import accepted, refused_upload
from harness.products.medical.rules.fields import FIELDS, NEEDED_DATE, OBJECTS, surroundings
from harness.products.medical.rules.requests import states, summary, upload
from harness.rules.checks import check, seen, status
from harness.rules.edits import put, rename
from harness.rules.rule import AnyRule, Checks, Drawn, Rule
from harness.rules.target import Target

_PAYER_ID = "tradingPartnerServiceId"
# Names that other APIs and pages of the platform use for the same id (C16, C17).
_OTHER_NAMES = (
    "payerId",
    "tradingPartnerServiceID",
    "tradingPartnerId",
    "trading_partner_service_id",
)
# Nine letters: the length is right.
_LETTERS = "HARNESSAB"
# Numbers that the table leaves out (C94), and one that is no test payer at all.
_NO_PAYERS = ("TESTEP03", "TESTEP07", "TESTPP10", "HARNS")


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on spelling."""
    return (
        _rule(
            "other-case",
            "a needed member in another case is not taken for it",
            ("O009",),
            _other_case,
            _cases(),
        ),
        _rule(
            "payer-id-renamed",
            "a payer id under another name is not taken for it",
            ("O010", "A049"),
            _renamed,
            st.sampled_from(_OTHER_NAMES),
        ),
        _rule(
            "payer-id-misspelt",
            "a test payer's id in another spelling does not lead to that payer's status",
            ("A008",),
            _misspelt,
            st.tuples(st.sampled_from(_far_payers()), st.sampled_from(tuple(_SPELLINGS))),
        ),
        _rule(
            "unknown-payer",
            "what becomes of an upload for a payer outside the test list is recorded",
            ("O030", "A018"),
            _unknown_payer,
            st.sampled_from(_NO_PAYERS),
            strength=Strength.OBSERVE,
        ),
        _rule(
            "control-number-of-letters",
            "what becomes of a control number of nine letters is recorded",
            ("O013",),
            _letters,
            strength=Strength.OBSERVE,
        ),
    )


def _rule(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    verify: Callable[[Target, Drawn], Checks],
    values: SearchStrategy[Drawn] | None = None,
    strength: Strength = Strength.SHALL,
) -> AnyRule:
    return Rule(f"medical/upload/{name}", title, requirements, verify, values, strength, REFUSES)


def _cases() -> SearchStrategy[tuple[str, str]]:
    """Generate (path, its last name with the case of some letters changed)."""
    needed = (*(field.path for field in FIELDS if field.required), NEEDED_DATE, *OBJECTS)
    return st.sampled_from(needed).flatmap(
        lambda path: st.tuples(st.just(path), _other_cases(path.rpartition(".")[2]))
    )


def _other_cases(name: str) -> SearchStrategy[str]:
    letters = [index for index, letter in enumerate(name) if letter.isalpha()]
    # At least one, or the name would be the right one.
    flipped = st.sets(st.sampled_from(letters), min_size=1)
    return flipped.map(
        lambda chosen: "".join(
            letter.swapcase() if index in chosen else letter for index, letter in enumerate(name)
        )
    )


def _other_case(target: Target, value: tuple[str, str]) -> Checks:
    path, name = value
    mutated = rename(surroundings(path), path, name)
    return refused_upload(upload(target, mutated, documents(1)).answered, path)


def _renamed(target: Target, name: str) -> Checks:
    mutated = rename(submission(), _PAYER_ID, name)
    return refused_upload(upload(target, mutated, documents(1)).answered, _PAYER_ID)


_SPELLINGS: dict[str, Callable[[str], str]] = {
    "lower case": str.lower,
    "capitalized": str.capitalize,
    "one digit": lambda payer_id: payer_id[:-2] + payer_id[-1],
    "three digits": lambda payer_id: f"{payer_id[:-2]}0{payer_id[-2:]}",
    "one letter": lambda payer_id: payer_id[:4] + payer_id[5:],
    "hyphen": lambda payer_id: f"{payer_id[:-2]}-{payer_id[-2:]}",
}


def _far_payers() -> list[Payer]:
    """Return payers whose status no transaction reaches by itself within seconds."""
    # An ordinary transaction passes through 01 to 05, which would then say nothing of the payer.
    return [payer for payer in payers() if payer.code > "05"]


def _misspelt(target: Target, value: tuple[Payer, str]) -> Checks:
    payer, spelling = value
    spelt = _SPELLINGS[spelling](payer.id)
    sent = put(for_payer(payer), _PAYER_ID, spelt)
    receipt = upload(target, sent, documents(1))
    # Refused or taken for some other payer: only the test payer's own status would be wrong.
    if receipt.answered.response.status != 200:
        yield from refused_upload(receipt.answered, _PAYER_ID)
        return
    answered = summary(target, receipt.trace_id)
    codes = [text(state.get("statusCode")) for state in states(answered.body)]
    expected = f"a refusal, or a status other than {payer.code}"
    holds = bool(codes) and payer.code not in codes
    yield check("status.code", answered, expected, ", ".join(codes) or "none", holds=holds)


def _unknown_payer(target: Target, payer_id: str) -> Checks:
    """Upload for such a payer: one page says it is refused, another that its real status is shown."""
    receipt = upload(target, put(submission(), _PAYER_ID, payer_id), documents(1))
    yield status(receipt.answered, 200, 400)
    yield from receipt.answered.conforms()
    if receipt.answered.response.status == 200:
        answered = summary(target, receipt.trace_id)
        codes = [text(state.get("statusCode")) for state in states(answered.body)]
        holds = bool(codes) and all(code in BY_CODE for code in codes)
        yield check("status.code", answered, "published ones", ", ".join(codes), holds=holds)


def _letters(target: Target, _: object) -> Checks:
    receipt = upload(target, put(submission(), "controlNumber", _LETTERS), documents(1))
    taken = receipt.answered.response.status == 200
    said = "accepted" if taken else f"refused with {receipt.answered.response.status}"
    yield seen("control-number", receipt.answered, "accepted, or refused with 400", said)
    if taken:
        yield from accepted(receipt)
    else:
        # The schema bounds the length alone; digits are what its example has.
        yield from refused_upload(receipt.answered, "controlNumber")
