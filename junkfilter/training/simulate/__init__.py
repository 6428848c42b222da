"""Injures clean pages the way attackers do, and says where: pages with known spam.

Here: whole lines (`whole_lines`). Attacks below the line come with the detectors that cut there.
"""

from junkfilter.training.simulate.whole_lines import ATTACKS, InjuredPage, injure, to_traditional

__all__ = ["ATTACKS", "InjuredPage", "injure", "to_traditional"]
