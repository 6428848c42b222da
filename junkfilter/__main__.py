"""`python -m junkfilter`."""

import sys

from junkfilter.cli import main

sys.exit(main())
