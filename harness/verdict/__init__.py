"""Judge a record: waivers, gates, the verdict, and what changed since another run."""
