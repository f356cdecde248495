"""Faults and shards on the workers of a cluster: names and settings go there, results come back."""
