"""The brief: what notebook 01 settled, in the form in which every later room reads it.

Goal, limits, the period to learn on and the one to judge by. It is written once as `brief.json`
and read with `Brief.read(run)`; a room that needs one part takes that part (`limits`, `goal`),
not a dict with names to remember.
"""

from dataclasses import asdict, dataclass, field, fields
from math import inf

from segkit.refusal import Refused
from segkit.study import known

NO_LEARNING = "There is no earlier period to learn on, so **relevance cannot be judged here**."
NO_TEST = "No period of the KPI is over and large enough, so segments cannot be judged by it."
NO_GOAL = "This list holds no orders, so there is no KPI and no later period to judge by."
NO_RELEVANCE = (
    "The study is a list: what customers did before and after a day is not known, so **which "
    "criterion matters cannot be judged**. The short list is chosen by what a list does tell: how "
    "many answered, whether customers differ, whether two criteria say the same, and how much one "
    "tells of the others. To learn what matters it would need a table `orders` or `mailings`."
)
"""Why there is no period to learn on or to judge by: too short a past, or none at all."""


@dataclass(frozen=True)
class Unit:
    """How values of one unit are written, and the most one can be.

    `exact` and `rough` are formats, `change` that of a difference, which is counted in `steps`;
    `priced` units carry their currency.

    Examples
    --------
    >>> from segkit.brief import UNITS
    >>> UNITS["share"].shown(0.189), UNITS["money"].shown(4596012, currency="USD", briefly=True)
    ('18.9%', '4.60 million USD')
    """

    exact: str
    rough: str
    highest: float = inf
    change: str = "{:+,.2f}"
    steps: int = 1
    priced: bool = False

    def shown(self, value, *, currency="", briefly=False):
        """Write a value; `briefly` leaves out what nobody reads in a large one."""
        text = self.exact.format(value)
        if briefly and abs(value) >= 1e3:
            large = f"{value / 1e6:,.2f} million"
            text = large if abs(value) >= 1e6 else self.rough.format(value)
        return f"{text} {currency}".strip() if self.priced else text


UNITS = {
    "share": Unit("{:.1%}", "{:.0%}", 1.0, change="{:+.1f} percentage points", steps=100),
    "money": Unit(exact="{:,.2f}", rough="{:,.0f}", priced=True),
    "number": Unit(exact="{:,.2f}", rough="{:,.1f}"),
}
"""The units a KPI can have: a share of customers (0 to 1), money, or a number per customer."""


@dataclass(frozen=True)
class Limits:
    """What the team settled before anybody saw a segment.

    Parameters
    ----------
    smallest_segment_share : float
        Smallest useful segment, as a share of customers or of money, 0 to 1.
    max_segments : int
        Most segments the team can treat differently.
    min_stability : float
        Least overlap (Jaccard) of a segment between samples, 0 to 1.
    reachable_share : float
        Share of a segment that must be reachable, 0 to 1.

    Examples
    --------
    >>> from segkit.brief import Limits
    >>> Limits(max_segments=5).smallest_segment_share
    0.05
    """

    smallest_segment_share: float = 0.05
    max_segments: int = 8
    min_stability: float = 0.6
    reachable_share: float = 0.5

    @property
    def in_words(self):
        """Write the limits as a list in Markdown."""
        return (
            f"- **Large enough:** at least {self.smallest_segment_share:.0%} of customers or "
            f"money.\n- **Few enough:** at most {self.max_segments} segments.\n"
            f"- **Stable:** an overlap of at least {self.min_stability:.2f} between samples.\n"
            f"- **Reachable:** at least {self.reachable_share:.0%} of a segment."
        )


@dataclass(frozen=True)
class Period:
    """A period that is over: its name, first day, day after its last (ISO), campaign or None."""

    label: str
    start: str
    end: str
    campaign_id: str | None = None


@dataclass(frozen=True)
class Goal:
    """A goal in figures: which KPI, of whom, from what to what, by when.

    `kpi`, `baseline` and `target` are None where there is nothing to measure; `unit` is a name
    of `UNITS`; `direction` is 1 where more of the KPI is better, -1 where less is. What later
    rooms ask of the KPI: `own_past` (columns of the card that are its own history), `moved_by`
    (levers that move it), `answers_contact` (True for an answer to a mailing). `starts_from` says
    which period the baseline is. `smart` holds
    the five letters, `attainable` the sentence on the past.

    Examples
    --------
    >>> from segkit.brief import Goal
    >>> goal = Goal(kpi="repeat_rate", unit="share", baseline=0.2, target=0.25)
    >>> goal.shown(goal.target), goal.shown(goal.baseline, roughly=True), goal.shown(None)
    ('25.0%', '20%', 'unknown')
    """

    kpi: str | None = None
    label: str = "outcome"
    unit: str = "share"
    serves: str | None = None
    currency: str = ""
    direction: int = 1
    own_past: tuple = ()
    moved_by: tuple = ()
    answers_contact: bool = False
    audience: str | None = None
    baseline: float | None = None
    baseline_low: float | None = None
    baseline_high: float | None = None
    n: int | None = None
    spread: float | None = None
    target: float | None = None
    as_of: str | None = None
    due: str | None = None
    starts_from: str = ""
    sentence: str = ""
    smart: list = field(default_factory=list)
    attainable: str = ""

    def __post_init__(self):
        known(self.unit, UNITS, what="unit of a KPI")

    @property
    def is_share(self):
        """Tell whether the KPI is a share of customers, 0 to 1; else it is a mean."""
        return self.unit == "share"

    @property
    def highest(self):
        """Return the highest value the KPI can have: 1 for a share."""
        return UNITS[self.unit].highest

    @property
    def margin(self):
        """Return the end of the baseline's interval that points to the target."""
        return self.baseline_high if self.direction > 0 else self.baseline_low

    def improves(self, value, *, beyond=None):
        """Tell whether a value is better than `beyond`, or than the baseline."""
        return bool(self.direction * (value - (self.baseline if beyond is None else beyond)) > 0)

    def shown(self, value, *, roughly=False):
        """Write a value of the KPI for readers: "18.9%", "1,234.50 USD", "unknown".

        `roughly` leaves out what axes and overviews do not need: "19%", "1,234".
        """
        if value is None or value != value:
            return "unknown"
        if roughly:
            return UNITS[self.unit].rough.format(value)
        return UNITS[self.unit].shown(value, currency=self.currency)

    def changed(self, change):
        """Write a change of the KPI: "+2.8 percentage points", "-1.20"."""
        unit = UNITS[self.unit]
        return unit.change.format(unit.steps * change)

    def between(self, low, high):
        """Write a range of changes, its unit once: "+0.0 to +4.5 percentage points"."""
        unit = UNITS[self.unit]
        number = unit.change[: unit.change.index("}") + 1]
        return f"{number.format(unit.steps * low)} to {self.changed(high)}"


@dataclass(frozen=True)
class Brief:
    """What a segmentation is for and by what it will be judged.

    Parameters
    ----------
    verdict : str
        "segment", or the way out.
    reason : str
        Why, where it is a way out.
    goal : Goal
        In figures.
    data : dict
        What was known on which day: as_of, window_days, first_order, last_order, customers_n,
        orders_n, spend_total, currency.
    learn, test : Period or Refused
        Refused where the data have none to offer.
    limits : Limits
        By which segments will be judged.

    Examples
    --------
    >>> from segkit.brief import Brief
    >>> may = {"label": "May", "start": "2024-05-01", "end": "2024-06-01"}
    >>> saved = {"verdict": "segment", "reason": "", "goal": {"kpi": "repeat_rate"}, "limits": {}}
    >>> saved |= {"learn": None, "test": may, "data": {"as_of": "2024-07-01"}}
    >>> brief = Brief.from_dict(saved)
    >>> brief.day(brief.test), brief.day(brief.learn)
    ('2024-05-01', '2024-07-01')
    """

    verdict: str
    reason: str
    goal: Goal
    data: dict
    learn: Period | Refused
    test: Period | Refused
    limits: Limits

    @classmethod
    def read(cls, run):
        """Read `brief.json` of a run (a `segkit.study.Run`)."""
        return cls.from_dict(run.read("brief.json"))

    @classmethod
    def from_dict(cls, saved):
        """Make the brief from what `to_dict` returned."""
        goal = Goal(**saved["goal"])
        learn, test = _REASONS[goal.kpi is None]
        periods = {"learn": _period(saved["learn"], learn), "test": _period(saved["test"], test)}
        parts = {"goal": goal, "limits": Limits(**saved["limits"]), **periods}
        return cls(**{each.name: saved[each.name] for each in fields(cls)} | parts)

    def to_dict(self):
        """Return plain data, for `run.write("brief.json", …)`."""
        parts = {name: getattr(self, name) for name in ("goal", "limits", "learn", "test")}
        saved = {n: None if isinstance(x, Refused) else asdict(x) for n, x in parts.items()}
        return vars(self) | saved

    @property
    def standing(self):
        """Say in Markdown which goal is served, and loudly if the brief advises against it."""
        loud = f"**The brief says: {self.verdict}.** {self.reason} What follows is for learning.\n"
        told = f"\n> {self.goal.sentence}"
        if self.goal.serves:
            told += f" It serves: {self.goal.serves}."
        return told if self.verdict == "segment" else loud + told

    def day(self, period):
        """Return the day (ISO) before which customers are looked at for a period: its first day.

        Where the period is refused, the analysis date.
        """
        return self.data["as_of"] if isinstance(period, Refused) else period.start


_REASONS = {False: (NO_LEARNING, NO_TEST), True: (NO_RELEVANCE, NO_GOAL)}
"""Why a study without a KPI (True) or with too short a past has no period: (learn, test)."""


def _period(saved, why):
    return Refused(why) if saved is None else Period(**saved)
