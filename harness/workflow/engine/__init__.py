"""Run one case of a workflow, within bounds, to a report."""
