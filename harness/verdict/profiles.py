"""What each profile demands, as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of a profile's gates. Rates run from 0 to 1."""

    name: str
    should_pass_rate: float = 0.0
    requirement_coverage_min: float = 0.0
    operation_coverage_min: float = 0.0
    keyword_coverage_min: float = 0.0
    max_waivers: int = 20
    shall_failures: int = 0
    errors: int = 0
    unverified_cases: int = 0
    new_failures_vs_baseline: int = 0
    removed_cases_vs_baseline: int | None = None
    """None: cases may go, as they do when a selection is run."""
    stale_waivers: int = 0
    leak_scan: int = 0
    untested_blocks: bool = False
    """A testable SHALL requirement without a passing case keeps the verdict inconclusive."""
    certifies: bool = False
    """A certificate may rest on a run under this profile."""


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("ci"),
        Profile(
            "onboarding",
            should_pass_rate=0.9,
            requirement_coverage_min=1.0,
            operation_coverage_min=1.0,
            max_waivers=10,
            untested_blocks=True,
            certifies=True,
        ),
        Profile("regression", removed_cases_vs_baseline=0),
        Profile("deep", operation_coverage_min=1.0),
    )
}


def profile_named(name: str) -> Profile:
    """Return a profile. Raises UnknownName with the names that exist."""
    if name not in PROFILES:
        raise UnknownName(None, kind="profile", name=name, known=tuple(PROFILES))
    return PROFILES[name]
