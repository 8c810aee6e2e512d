"""Other libraries' spiking layers, set to our equations as nearly as they can be.

To add a library: a file here with its layers in `PEERS`, its line in `registry.py`, its methods and
requirements in `cases/libraries.py`.
"""
