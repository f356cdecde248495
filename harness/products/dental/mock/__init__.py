"""This API a second time, written from the documents and not from the rules."""
