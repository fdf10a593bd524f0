"""How sure is that? The one place for the statistics that every room uses.

`intervals` for shares and means, `comparing` for shares here against shares elsewhere (lift,
exact test, correction for many tests), `differences` for one arm of an experiment against another,
`money` for the mean of what is skewed and mostly zero, `pools` for the level of a group, `repeats`
for what repeated samples leave open, `likelihoods` for models of different size,
`concentration` for who brings the money, `sizes` for how many customers a test needs. Numbers in,
numbers out: this room knows no customers, no card and no goal, and it loads nothing heavier than
numpy until it is asked for a table.

Sources: Wilson (1927), Fisher (1922), Holm (1979), Lorenz (1905), Gini (1912), Hall
(1992) for skewed means, Fleiss, Levin and Paik (2003) for sample sizes.
"""

from segkit.evidence.comparing import (
    FAR,
    HALF,
    compared,
    distinctive,
    even,
    fisher,
    holm,
    lift,
    two_shares,
)
from segkit.evidence.concentration import gini, lorenz, top_share, top_share_interval
from segkit.evidence.differences import (
    alike,
    always_valid,
    cuped,
    newcombe,
    ratio,
    shrunken,
    two_means,
    welch,
)
from segkit.evidence.intervals import estimate, normal, wilson, z
from segkit.evidence.likelihoods import information
from segkit.evidence.money import against, apart, coverage, each, skewed
from segkit.evidence.pools import pooled
from segkit.evidence.repeats import near_best
from segkit.evidence.sizes import (
    answers_needed,
    arm_size,
    detectable,
    detectable_share,
    interaction_power,
    power,
    reach,
)
