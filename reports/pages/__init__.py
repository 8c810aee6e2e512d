"""What the pages say, and the templates that they are written with."""
