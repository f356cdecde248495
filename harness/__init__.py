"""Prove whether an implementation of three healthcare APIs keeps its published contract."""

__version__ = "0.1.0"
