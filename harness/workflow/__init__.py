"""Read, check and run Arazzo documents."""
