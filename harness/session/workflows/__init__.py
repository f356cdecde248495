"""Workflow documents: run alone, drafted, judged again."""
