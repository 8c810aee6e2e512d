"""The tables of the report, from measurements to the headline."""
