"""Rules for any OpenAPI document: what can be tried with nothing but the document."""
