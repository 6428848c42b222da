"""Tests of long work: several processes, many files, runs that are killed."""

from __future__ import annotations

import sys
from pathlib import Path

# `work_to_do` is imported by name, here and in worker processes.
sys.path.insert(0, str(Path(__file__).parent))
