"""Rules of one's own in Python: how they are declared, loaded and tried."""
