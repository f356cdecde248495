"""Derive what a session is known by from one secret of the judge, so that a restart changes nothing."""

import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from harness.errors import ConfigurationError, StorageError
from harness.judge.session import Credentials

FILE_NAME = "judge-key"
_KEY = 32


@dataclass(frozen=True, slots=True)
class Identity:
    """The address and the credentials of one session, and nobody else's."""

    key: str = field(repr=False)
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The secret that everything is derived from; it lies beside the runs, for its owner's eyes alone."""

    raw: bytes = field(repr=False)

    def identity(self, run_id: str) -> Identity:
        """Return what a session is known by: the same for the same run, not to be guessed for another."""
        return Identity(
            self._text("path", run_id)[:24],
            Credentials(
                f"client-{sha256(run_id.encode()).hexdigest()[:12]}",
                self._text("secret", run_id)[:40],
            ),
        )

    def signed(self, value: str) -> str:
        """Return a value that only this judge can have given out."""
        return f"{value}.{self._text('pass', value)[:32]}"

    def is_signed(self, given: str) -> bool:
        """Return whether a value was given out by this judge."""
        return hmac.compare_digest(self.signed(given.partition(".")[0]).encode(), given.encode())

    def _text(self, purpose: str, value: str) -> str:
        digest = hmac.new(self.raw, f"{purpose}:{value}".encode(), sha256).digest()
        # No sign that a shell, an address or a header would read as anything but itself.
        return urlsafe_b64encode(digest).decode().rstrip("=").replace("-", "x").replace("_", "y")


def load_or_make(path: Path) -> MasterKey:
    """Return the secret at a path, made where there is none. Raises ConfigurationError, StorageError."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_hex(_KEY))
        raw = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, UnicodeDecodeError):
        raw = b""
    except OSError as problem:
        raise StorageError(path, problem) from None
    if len(raw) != _KEY:
        raise ConfigurationError(
            f"{path} is no key of a judge.",
            advice="Move it away; sessions that were given out by it then get new addresses.",
        )
    return MasterKey(raw)
