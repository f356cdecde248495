"""What the query languages have in common: how they say that a query cannot be answered."""


class QueryError(ValueError):
    """The query is wrong (`is_syntax`) or cannot be applied to this value, and why."""

    def __init__(self, reason: str, *, is_syntax: bool) -> None:
        super().__init__(reason)
        self.is_syntax = is_syntax


class LimitReached(QueryError):
    """The query and the value may be right; answering would take more than we allow ourselves."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, is_syntax=False)
