"""The compiled loops: importing one of these modules imports numba.

`vectors.py` makes whole vectors values of numba's; `laws.py` and `chance.py` are what is done with
them, `tiles.py` with 32 rows of one; `walk.py` and `stages.py` take the tiles through the arrays.
State is float64 whatever the dtype of the arrays, so that no time constant loses digits.
`double.py` is for float64 arrays.
"""
