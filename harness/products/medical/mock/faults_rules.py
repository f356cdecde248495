"""Faults in what the medical APIs refuse, find and decide."""

from harness.mock.fault import Fault
from harness.products.medical.mock.metadata import CLAIM_NUMBER, DATE_FILTERS, TEXT_FILTERS

AREA = "medical"
_PAYERS = (
    *("TESTEP01", "TESTEP02", "TESTEP04", "TESTEP05", "TESTEP06"),
    *("TESTEP10", "TESTEP51", "TESTEP52", "TESTEP53"),
    *("TESTPP11", "TESTPP12", "TESTPP13", "TESTPP14", "TESTPP15"),
    *("TESTPP16", "TESTPP17", "TESTPP18", "TESTPP19"),
)


def _rule(name: str, breaks: str, sentence: str) -> Fault:
    return Fault(name, AREA, breaks, sentence)


def numbered(first: str, index: int) -> str:
    """Return the id of the requirement so many rows below one: the tables run in this order."""
    return f"{first[0]}{int(first[1:]) + index:03}"


FAULTS = (
    _rule("invalid-request-accepted", "A006", "Checks nothing that is submitted."),
    _rule("control-number-unchecked", "O013", "Accepts any control number, and none."),
    _rule("payer-id-unchecked", "O010", "Accepts a submission without payer id."),
    _rule("payer-name-unchecked", "A044", "Accepts a submission without the payer's name."),
    _rule("name-case-ignored", "O009", "Takes attribute names in any case."),
    _rule("electronic-payer-needs-contact", "A009", "Wants a fax number for electronic payers."),
    _rule("payer-contact-unchecked", "A010", "Takes print payers without fax number or address."),
    _rule("fax-number-unchecked", "A046", "Takes fax payers without a fax number."),
    _rule("payer-address-unchecked", "A048", "Takes a payer's address with members missing."),
    _rule("mail-address-unchecked", "A049", "Takes mail payers without an address."),
    _rule("solicited-refused", "A019", "Refuses attachments that answer a payer's request."),
    _rule("no-file-accepted", "A012", "Accepts a submission without files."),
    _rule("empty-file-accepted", "A044", "Accepts a file of no bytes."),
    _rule("service-lines-uncounted", "A006", "Accepts fewer service lines than files."),
    _rule("duplicate-control-numbers-accepted", "A040", "Accepts a number for two documents."),
    _rule("detail-differs-from-summary", "A064", "The detail form lists no status."),
    _rule("unknown-trace-found", "A073", "An unknown trace id gets an empty answer."),
    _rule("foreign-trace-readable", "A018", "Another's transaction can be read by its trace id."),
    _rule("fieldset-ignored", "A014", "Answers every fieldset with a summary."),
    _rule("search-days-ignored", "A015", "A metadata search looks at every day."),
    _rule("metadata-filter-ignored", "A066", "A metadata search ignores every filter."),
    _rule("criteria-combined-with-or", "A067", "A search finds what meets any criterion."),
    _rule("criteria-forgotten-in-company", "A067", "A search looks at four criteria at most."),
    _rule("metadata-limit-unchecked", "A068", "A search gives out more than 100 hits."),
    _rule("metadata-foreign-listed", "O014", "A search lists every organisation's transactions."),
    *(
        _rule(f"search-ignores-{name}", "A066", f"A search ignores {name}.")
        for name in (*TEXT_FILTERS, *DATE_FILTERS, CLAIM_NUMBER)
    ),
    *(
        _rule(f"wrong-status-{payer}", numbered("A020", index), f"{payer} leads to another status.")
        for index, payer in enumerate(_PAYERS)
    ),
)
