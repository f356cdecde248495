"""Prove that the gate can fail: the suite against every fault of the mock."""
