"""A sweep without asv: all of it, or one of N parts on a cluster's nodes, and their merging."""
