"""asv's results, checked against a schema and read; nothing is computed here."""
