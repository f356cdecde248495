"""X12 278 messages: read, check and build the interchanges of health care services reviews."""
