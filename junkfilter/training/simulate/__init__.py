"""Injures clean pages the way attackers do, and says where: pages with known spam.

`injure` is the call, `ATTACKS` what it can do, `Vocabulary` the words it does it with. What the
attacks look like on real pages is described in docs/simulate.md.
"""

from junkfilter.training.simulate.attacker import Attack
from junkfilter.training.simulate.attacks import ATTACKS, InjuredPage, injure
from junkfilter.training.simulate.campaign import Campaign
from junkfilter.training.simulate.conversion import to_traditional
from junkfilter.training.simulate.draft import GoldCut
from junkfilter.training.simulate.dressing import dress
from junkfilter.training.simulate.vocabulary import SPLITS, Vocabulary

__all__ = [
    "ATTACKS",
    "SPLITS",
    "Attack",
    "Campaign",
    "GoldCut",
    "InjuredPage",
    "Vocabulary",
    "dress",
    "injure",
    "to_traditional",
]
