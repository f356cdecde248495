"""Rules without a product: what a rule is, what it is checked with, and how it is tried."""
