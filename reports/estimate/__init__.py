"""Estimates with intervals: medians, means, ratios over rounds, growth over T."""
