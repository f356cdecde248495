"""HTTP: sessions, tokens, limits, recording, redaction, multipart in both directions."""
