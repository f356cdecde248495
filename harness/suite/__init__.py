"""The conformance suite: one pytest module over the rules of all products."""
