"""Make the cases of a document, and show what a case would send."""
