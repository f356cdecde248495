"""Refuse sizes that contradict each other before a strategy is built from them."""

from harness.errors import InvalidArgument


def check_sizes(min_size: int, max_size: int, *, least: int = 0, most: int) -> None:
    """Raise unless least <= min_size <= max_size <= most."""
    if not least <= min_size <= max_size <= most:
        raise InvalidArgument(
            f"sizes {min_size} to {max_size} are impossible: choose within {least} to {most}."
        )
