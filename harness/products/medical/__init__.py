"""Medical attachments: submission, status, search and retrieval."""
