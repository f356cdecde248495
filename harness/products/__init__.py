"""What is known of each API, and nothing of it elsewhere."""
