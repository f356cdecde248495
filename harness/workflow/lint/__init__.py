"""Find what is wrong with a document without sending a request."""
