"""The conformance suite: thin pytest modules over the rules of the products."""
