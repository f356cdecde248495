"""Judge a record and write every report from it."""
