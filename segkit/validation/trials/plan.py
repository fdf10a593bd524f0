"""The plan of a test: what is settled before anybody sees an answer.

Whatever is chosen afterwards (the outcome that moved, the day on which it looked best, the cut for
large baskets) makes chance look like an effect. So it stands here, and the analysis takes nothing
else.
"""

from dataclasses import dataclass

from segkit.study import Slip, known

SHARES = {
    "responded": "share that responded",
    "visited": "share that came",
    "clicked": "share that clicked",
    "opened": "share that opened",
}
"""Outcomes that are yes or no, and how they are called."""

OUTCOMES = SHARES | {"amount": "money per person"}
"""Every outcome of the table `tests`, and how it is called."""


@dataclass(frozen=True)
class Plan:
    """What is settled before the test.

    Parameters
    ----------
    outcome : str
        Column of `tests` that decides: responded, visited, clicked, opened (shares), or amount.
    control : str
        The arm that gets nothing, or the usual.
    arms : str
        All arms with their shares of the people, such as "control 2, offer A 1, offer B 1".
    change : float
        Smallest difference worth acting on: 0.02 are two percentage points, or so much money.
    base : float
        What is expected without the measure: a share, or money per person; 0 takes the time before.
    arm_n : int
        People in the smallest arm at the planned end; 0 where none was planned.
    any_time : bool
        Looked at before the planned end: intervals are always valid, and wider.
    cap : float
        Money above this quantile of buyers counts as the quantile in the second look, 0 to 1.
    alpha, power : float
        Chance of a false alarm, and of seeing `change` where it is there.

    Examples
    --------
    >>> from segkit.validation import trials
    >>> plan = trials.Plan(outcome="responded", arms="control 2, mail 1", change=0.02, base=0.1)
    >>> plan.treatments, plan.share["control"], plan.said(0.02)
    (['mail'], 2.0, '+2.0 points')
    """

    outcome: str = "responded"
    control: str = "control"
    arms: str = "control 1, offer 1"
    change: float = 0.02
    base: float = 0.0
    arm_n: int = 0
    any_time: bool = False
    cap: float = 0.99
    alpha: float = 0.05
    power: float = 0.8

    def __post_init__(self):
        known(self.outcome, OUTCOMES, what="outcome of a test")
        known(self.control, self.share, what="arm of the plan")
        if len(self.share) < 2 or self.change <= 0 or not 0 <= self.cap <= 1:
            raise Slip(
                "A test needs two arms, a change above 0 and a cap from 0 to 1; the plan says "
                f"{self.arms!r}, {self.change} and {self.cap}."
            )

    @property
    def share(self):
        """Return the arms and their shares as planned: {arm: share}, of any sum."""
        return dict(_arm(part) for part in self.arms.split(",") if part.strip())

    @property
    def treatments(self):
        """List the arms that get something."""
        return [arm for arm in self.share if arm != self.control]

    @property
    def is_share(self):
        """Tell whether the outcome is yes or no."""
        return self.outcome in SHARES

    @property
    def label(self):
        """Call the outcome by its name."""
        return OUTCOMES[self.outcome]

    @property
    def formats(self):
        """Return how tables write what is counted in the unit of the outcome: {column: format}."""
        level = "{:.1%}" if self.is_share else "{:,.2f}"
        change = "{:+.1%}" if self.is_share else "{:+,.2f}"
        changes = dict.fromkeys(("difference", "low", "high", "shrunken"), change)
        shares = dict.fromkeys(("power", "only_here_power"), "{:.0%}")
        return shares | changes | dict.fromkeys(("visible", "control_mean"), level) | {
            "p": "{:.3f}", "p_holm": "{:.3f}"}  # fmt: skip

    def said(self, value, *, signed=True):
        """Write a difference or a level: percentage points, percent, or money."""
        if not self.is_share:
            return f"{value:+,.2f}" if signed else f"{value:,.2f}"
        return f"{100 * value:+.1f} points" if signed else f"{100 * value:.1f} %"


def _arm(text):
    name, _, share = text.strip().rpartition(" ")
    try:
        if name and float(share) > 0:
            return name.strip(" :"), float(share)
    except ValueError:
        pass
    raise Slip(f"{text.strip()!r} is no arm with its share; write arms as “control 1, offer 1”.")
