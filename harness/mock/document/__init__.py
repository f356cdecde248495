"""A mock of any OpenAPI document: requests validated by it, answers made from it, what was made kept."""
