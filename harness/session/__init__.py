"""The composition root: settings to pytest to record to verdict to reports."""
