"""Dental attachments."""
