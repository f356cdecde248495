import re

from harness.products.medical.mock.sandbox import Delivery, payers


def test_there_are_eighteen_test_payers_named_after_their_status() -> None:
    found = payers()

    assert len(found) == 18
    assert all(re.fullmatch(r"TEST(EP|PP)[0-9]{2}", name) for name in found)
    assert all(name[-2:] == payer.verdict.code for name, payer in found.items())


def test_print_payers_are_those_with_pp() -> None:
    assert {name for name, payer in payers().items() if payer.is_print_fax} == {
        name for name in payers() if name.startswith("TESTPP")
    }


def test_fax_and_mail_payers_are_told_apart() -> None:
    assert payers()["TESTPP13"].delivery is Delivery.FAX
    assert payers()["TESTPP16"].delivery is Delivery.MAIL
    assert payers()["TESTEP06"].delivery is Delivery.NONE


def test_the_partly_accepting_payer_judges_two_documents() -> None:
    assert {verdict.code for verdict in payers()["TESTEP10"].documents} == {"06", "52"}
