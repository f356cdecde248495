"""What many users at a time came to, and whether that keeps within limits."""
