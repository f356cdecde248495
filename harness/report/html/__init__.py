"""Pages: the report of a run, a certificate, a proof."""
