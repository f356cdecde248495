"""What an answer is taken for; the wire itself is tried end to end."""

import pytest

from harness.errors import DocumentError, ForbiddenTarget, Unreachable
from harness.exchange import Exchange, Request, Response
from harness.session.download import followed

URL = "https://user:secret@vendor.example/spec?key=secret"
PLACE = "https://vendor.example/spec"


class Site:
    """Answers one request after the other from a list, and keeps what was asked for."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, request: Request) -> Exchange:
        self.asked.append(request.url)
        if not self.answers:
            return Exchange(1, request, None, "no connection")
        return Exchange(1, request, self.answers.pop(0))


def moved(to: str) -> Response:
    return Response(302, (("Location", to),))


def test_a_redirect_on_the_same_host_is_followed() -> None:
    site = Site(moved("/v2/spec.json"), Response(200, (), b"{}"))

    assert followed(site, URL) == b"{}"
    assert site.asked == [URL, "https://user:secret@vendor.example/v2/spec.json"]


@pytest.mark.parametrize(
    ("to", "shown"),
    [
        pytest.param("https://elsewhere.example/spec?key=secret", "https://elsewhere.example/spec", id="host"),
        pytest.param("//elsewhere.example/spec", "https://elsewhere.example/spec", id="host-only"),
        pytest.param("http://vendor.example/spec", "http://vendor.example/spec", id="in-the-open"),
        pytest.param("file:///etc/passwd", "file:///etc/passwd", id="file"),
    ],
)  # fmt: skip
def test_a_redirect_elsewhere_is_refused(to: str, shown: str) -> None:
    with pytest.raises(ForbiddenTarget) as caught:
        followed(Site(moved(to)), URL)

    assert str(caught.value) == (
        f"{PLACE}: redirects to {shown}, which was not asked for. "
        "Import that address if it is the right one."
    )


def test_redirects_without_end_are_refused() -> None:
    with pytest.raises(DocumentError, match="redirects more than 5 times"):
        followed(Site(*[moved("/spec")] * 9), URL)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Response(200, (("content-type", "text/html"),), b"hello"), id="by-type"),
        pytest.param(Response(200, (), b"  <!DOCTYPE HTML><html>"), id="by-doctype"),
        pytest.param(Response(200, (("content-type", "text/plain"),), b"<html>"), id="by-element"),
    ],
)
def test_a_web_page_is_no_document(answer: Response) -> None:
    with pytest.raises(DocumentError) as caught:
        followed(Site(answer), URL)

    assert str(caught.value).startswith(f"{PLACE}: is a web page (HTML), not an OpenAPI document.")


def test_a_status_other_than_200_is_told() -> None:
    with pytest.raises(DocumentError, match="answers with the status 403"):
        followed(Site(Response(403)), URL)


def test_no_answer_at_all_is_told_without_secrets() -> None:
    with pytest.raises(Unreachable) as caught:
        followed(Site(), URL)

    assert str(caught.value) == (
        f"{PLACE}: cannot be fetched: no connection. "
        "Check the address, or download the file and import that."
    )
