"""Medical attachments."""
