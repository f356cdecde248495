"""The languages inside a document: expressions, conditions, criteria, queries, selectors."""
