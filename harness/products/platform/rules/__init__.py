"""Promises on tokens, authorization and transport."""
