"""Refuse a secret that cannot be kept secret: masking it would mask half of every report."""

from harness.config import Credentials
from harness.errors import ConfigurationError
from harness.resources import shipped

MIN_LENGTH = 8
"""NIST SP 800-63B asks for no less of what people choose."""


def check_secret(credentials: Credentials, variable: str) -> None:
    """Raise ConfigurationError where a secret is too short, or a word that stands in every report."""
    problem = _problem(credentials.client_secret)
    if problem:
        raise ConfigurationError(
            f"{variable} is {problem}, so that it could not be masked in what a run writes.",
            advice="Ask for a longer one that is no word.",
        )


def _problem(secret: str) -> str:
    if len(secret) < MIN_LENGTH:
        return f"shorter than {MIN_LENGTH} characters"
    if len(set(secret)) < 3:
        return "one or two characters again and again"
    if secret.replace("-", "").isalpha() and _is_common(secret.lower()):
        return "a word of the documents"
    return ""


def _is_common(word: str) -> bool:
    """Return whether a word stands in the documents that ship; reports are made of their words."""
    for folder in ("specs", "workflows"):
        for path in sorted(shipped(folder).rglob("*.yaml")):
            if word in path.read_text(encoding="utf-8").lower():
                return True
    return False
