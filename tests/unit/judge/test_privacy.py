import json

from harness.client.multipart import Part, content_type, encode
from harness.client.redaction import Redactor
from harness.judge.calls import Call
from harness.judge.evidence import ClientEnd
from harness.judge.privacy import MOST_PRINTED, given, printed, private

GIVEN = given([{"claim": {"patientFirstName": "Synthia", "memberId": "M0001"}}], [b"%PDF-1.4 ours"])


def call(
    body: bytes, media_type: str = "application/json", path: str = "/a", query: str = ""
) -> Call:
    headers = (("Content-Type", media_type), ("X-Patient-Name", "x"))
    return Call(1, "", 0.0, 0.0, "POST", path, query, headers=headers, body=body)


def test_a_patient_that_the_judge_did_not_give_is_masked() -> None:
    body = json.dumps({"patientFirstName": "Rosalind", "memberId": "M0001", "payerId": "P1"})

    seen = json.loads(private(call(body.encode()), Redactor(), GIVEN).body)

    assert seen == {"patientFirstName": "[masked]", "memberId": "M0001", "payerId": "P1"}


def test_what_was_masked_stands_in_no_message_either() -> None:
    redactor = Redactor()

    private(call(b'{"patientLastName": "Rosalindsdottir"}'), redactor, GIVEN)

    assert redactor.text("no member Rosalindsdottir") == "no member [masked]"


def test_a_patient_in_a_query_is_masked() -> None:
    seen = private(call(b"", query="memberId=W99887766&payerId=P1"), Redactor(), GIVEN)

    assert seen.query == "memberId=[masked]&payerId=P1"


def test_a_patient_in_x12_is_masked() -> None:
    x12 = "ST*278*0001~NM1*IL*1*ROSALIND*MARY****MI*W99887766~DMG*D8*19700101*F~"

    seen = private(call(json.dumps({"x12": x12}).encode()), Redactor(), GIVEN).body.decode()

    assert "ROSALIND" not in seen
    assert "W99887766" not in seen
    assert "19700101" not in seen
    assert "ST*278" in seen


def test_documents_stand_by_their_digests_and_a_file_name_of_a_stranger_does_not() -> None:
    form = encode(
        [
            Part(
                "request",
                b'{"patientLastName": "Rosalindsdottir"}',
                content_type="application/json",
            ),
            Part("files", b"%PDF-1.4 ours", "scan of rosalind.pdf", "application/pdf"),
            Part("files", b"%PDF-1.4 theirs", "b.pdf", "application/pdf"),
        ],
        boundary="edge",
    )

    seen = private(call(form, content_type("edge")), Redactor(), GIVEN).body

    assert b"osalind" not in seen
    assert b"theirs" not in seen
    assert seen.count(b", as given]") == 1
    assert seen.count(b", not as given]") == 1
    assert b'filename="[file name of 20 characters]"' in seen


def test_a_form_that_cannot_be_read_is_a_digest() -> None:
    seen = private(call(b"--edge\r\nrosalind", content_type("edge")), Redactor(), GIVEN).body

    assert seen.startswith(b"[16 bytes, sha256 ")


def test_a_body_that_is_no_text_is_a_digest() -> None:
    seen = private(call(b"\x00\x01Rosalind", "application/octet-stream"), Redactor(), GIVEN).body

    assert seen.startswith(b"[10 bytes, sha256 ")


def test_a_short_name_is_masked_as_a_word_in_what_checks_say() -> None:
    redactor = Redactor()

    private(call(b'{"patientFirstName": "Mary"}'), redactor, GIVEN)

    assert redactor.words('the member is "Mary", not summary') == (
        'the member is "[masked]", not summary'
    )


def test_the_name_of_a_file_stands_in_no_message() -> None:
    redactor = Redactor()
    part = Part("files", b"x", "scan of rosalind.pdf", "application/pdf")

    private(call(encode([part], boundary="edge"), content_type("edge")), redactor, GIVEN)

    assert redactor.words("a file called scan of rosalind.pdf") == "a file called [masked]"


def test_the_second_name_of_a_file_of_a_stranger_is_masked_too() -> None:
    disposition = "form-data; name=files; filename=x.pdf; filename*=utf-8''R%C3%B6sa%20Roe.pdf"
    body = f"--b\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--b--\r\n".encode()
    redactor = Redactor()

    seen = private(call(body, "multipart/form-data; boundary=b"), redactor, GIVEN)

    assert b"x.pdf" not in seen.body
    assert b"R%C3%B6sa" not in seen.body
    assert redactor.text("a file called R\u00f6sa Roe.pdf") == "a file called [masked]"


def test_what_a_client_prints_is_shown_without_what_was_not_given() -> None:
    end = ClientEnd(output="memberId: M0001\npatientLastName: Rosalindsdottir\n")

    shown = printed(end, Redactor(), GIVEN).shown

    assert shown == "memberId: M0001\npatientLastName: [masked]\n"


def test_of_a_flood_the_end_is_shown_and_no_half_of_a_secret() -> None:
    redactor = Redactor()
    secret = "0123" + "".join(f"{each:x}" for each in range(300, 500))
    redactor.learn(secret)

    shown = printed(ClientEnd(output=secret * 10_000 + "\nthe last line"), redactor, GIVEN).shown

    assert shown.endswith("\nthe last line")
    assert not set(shown.partition("\n")[0]) - set("[masked]")
    assert len(shown) <= MOST_PRINTED
