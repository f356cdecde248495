"""Draft a first document for the operations of an API."""
