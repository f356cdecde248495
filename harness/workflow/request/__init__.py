"""Make a step's request: address, parameters, body, files."""
