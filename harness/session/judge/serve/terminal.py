"""How a terminal finds the judge that serves beside it, and shows that it may steer it."""

HEADER = "X-Harness-Judge"
"""Carries the pass of this machine."""
TERMINAL = "judge-serve.json"
"""File beside the runs that says where the judge serves, and with which pass."""
