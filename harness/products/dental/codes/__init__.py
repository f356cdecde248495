"""Facts on the codes of this API; standard library only."""
