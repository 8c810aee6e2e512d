"""Each table of the report, from measurements to the headline."""
