"""The asv suites: what is asked (one file a question) and how it is measured (instruments/).

Every module here is imported by asv's discovery in the environment it measures: importing must
run no torch operation and touch no device, and may need no more than the `bench` extra.
"""
