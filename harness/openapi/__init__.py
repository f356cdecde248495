"""OpenAPI documents: load, find an operation, judge a response by it."""
