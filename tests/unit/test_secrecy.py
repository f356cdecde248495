import pytest

from harness.config import Credentials
from harness.errors import ConfigurationError
from harness.secrecy import check_secret


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        pytest.param("dental", "shorter than 8", id="short"),
        pytest.param("attachments", "a word of the documents", id="word"),
        pytest.param("Attachment", "a word of the documents", id="case"),
        pytest.param("prior-authorization", "a word of the documents", id="words"),
        pytest.param("00000000000", "one or two characters", id="alike"),
    ],
)
def test_a_secret_that_cannot_be_masked_is_refused_with_advice(secret: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        check_secret(Credentials("id", secret), "HARNESS_CLIENT_SECRET")

    assert "Ask for a longer one" in str(caught.value)
    assert secret not in str(caught.value).replace("a word of the documents", "")


@pytest.mark.parametrize("secret", ["wrong-one", "their secret", "k3y-0f-0urs", "qwertzuiop"])
def test_any_other_will_do(secret: str) -> None:
    check_secret(Credentials("id", secret), "HARNESS_CLIENT_SECRET")
