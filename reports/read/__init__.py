"""What asv wrote, checked against a schema and read; nothing is computed here."""
