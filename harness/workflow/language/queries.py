"""What the query languages have in common: how they say that a query cannot be answered."""


class QueryError(ValueError):
    """The query is wrong (`is_syntax`) or cannot be applied to this value, and why."""

    def __init__(self, reason: str, *, is_syntax: bool) -> None:
        super().__init__(reason)
        self.is_syntax = is_syntax
