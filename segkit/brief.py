"""The brief: what notebook 01 settled, in the form in which every later room reads it.

Goal, limits, the period to learn on and the one to judge by. It is written once as `brief.json`
and read with `Brief.read(run)`; a room that needs one part takes that part (`limits`, `goal`),
not a dict with names to remember.
"""

from dataclasses import asdict, dataclass, field, fields

from segkit.refusal import Refused

NO_GOAL = "This list holds no orders, so there is no KPI and no later period to judge by."


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

    `kpi`, `baseline` and `target` are None where there is nothing to measure; `unit` is "share"
    or "money"; `smart` holds the five letters, `attainable` the sentence on the past.
    """

    kpi: str | None
    label: str
    unit: str
    serves: str | None = None
    currency: str = ""
    audience: str | None = None
    baseline: float | None = None
    baseline_low: float | None = None
    baseline_high: float | None = None
    n: int | None = None
    spread: float | None = None
    target: float | None = None
    as_of: str | None = None
    due: str | None = None
    sentence: str = ""
    smart: list = field(default_factory=list)
    attainable: str = ""


@dataclass(frozen=True)
class Brief:
    """What a segmentation is for and by what it will be judged.

    `verdict` is "segment" or the way out, with its `reason`; `data` says what was known on which
    day (as_of, window_days, first_order, last_order, customers_n, orders_n, spend_total,
    currency); `learn` and `test` are a Period, or a Refused where the data have none to offer.
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
        periods = {name: _period(saved[name]) for name in ("learn", "test")}
        parts = {"goal": Goal(**saved["goal"]), "limits": Limits(**saved["limits"]), **periods}
        return cls(**{each.name: saved[each.name] for each in fields(cls)} | parts)

    def to_dict(self):
        """Return plain data, for `run.write("brief.json", …)`."""
        periods = {name: _saved(getattr(self, name)) for name in ("learn", "test")}
        goal, limits = asdict(self.goal), asdict(self.limits)
        return {**vars(self), "goal": goal, "limits": limits, **periods}


def _period(saved):
    return Refused(NO_GOAL) if saved is None else Period(**saved)


def _saved(period):
    return None if isinstance(period, Refused) else asdict(period)
