"""The pages: their tables and words, and the templates that these are filled into."""
