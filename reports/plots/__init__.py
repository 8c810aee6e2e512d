"""The pictures: one look for all, and one file a picture."""
