"""Judging clients: the address they call, the programs that are started, and the run that is recorded."""
