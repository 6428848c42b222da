"""How good a filter is: measures with intervals, a gate against regressions, flipped verdicts.

Imports no scikit-learn and trains nothing. A filter is judged through its public calls only, so
that what is measured is what users get.
"""
