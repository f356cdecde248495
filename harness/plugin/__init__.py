"""The pytest plugin: collects rules and workflows as items, and turns each item into an outcome."""
