"""Intervals: by the bootstrap, over rounds, of means; and what they are of."""
