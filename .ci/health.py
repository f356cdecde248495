"""Exit with 0 where the mock of this container answers, over HTTP or, with --tls, over HTTPS."""

import ssl
import sys
from http.client import HTTPConnection, HTTPException, HTTPSConnection

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
# The certificate is made for each start; who asks from within the container knows whom he asks.
ANY = ssl._create_unverified_context()  # noqa: S323


def is_answering(connection: HTTPConnection) -> bool:
    """Tell whether any answer but a failure comes."""
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


either = (
    HTTPConnection("127.0.0.1", PORT, timeout=2),
    HTTPSConnection("127.0.0.1", PORT, timeout=2, context=ANY),
)
sys.exit(0 if any(is_answering(each) for each in either) else 1)
