"""The Triton code; importing a module of this folder imports triton.

No `from __future__`, no dictionaries, no lists: only what every Triton from 3.2 on compiles, and
what its interpreter takes, where loop variables are plain Python numbers.
"""
