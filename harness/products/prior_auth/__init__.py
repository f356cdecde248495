"""Prior authorization: inquiry and submission, each as JSON and as X12 278."""
