"""The APIs on this machine: a second implementation, written from the documents, with faults on request."""
