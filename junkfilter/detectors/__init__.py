"""Detectors propose cuts, each for one thing that can be wrong with a page; none removes."""
