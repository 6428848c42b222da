"""Detectors: each proposes cuts for one thing that can be wrong with a page. None removes anything."""
