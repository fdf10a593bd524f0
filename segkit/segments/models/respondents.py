"""Respondents: whose answers classes are found in, and what the classes found are like.

A `Survey` is what a card knows of answers to some questions, `Classes` what was found in them,
part by part. The model itself is in `latent`, the reading of questions in `questions`. Customers
without an answer stay a group of their own. Taught in notebooks approaches/lifestyle and
approaches/needs.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.evidence import skewed
from segkit.refusal import Refused, passes
from segkit.segments import messages
from segkit.segments.definition import Attempt
from segkit.segments.models import latent, questions
from segkit.study import StudyError

NO_MONEY = "What these customers spend is not known, so the classes are not set beside money."


def refusal(card, *, topic, asked=None):
    """Say why the answers on this card cannot be grouped; empty when they can."""
    try:
        return latent.refusal(card, columns=questions.chosen(card, asked=asked, topic=topic))
    except StudyError as error:
        return str(error)


def survey(card, *, topic, asked=None):
    """Collect the answers of a card's customers to the questions of a topic.

    Parameters
    ----------
    card : DataFrame
        The customer card; answers are its columns that begin with "answer_".
    topic : str
        "lifestyle" (habits and opinions) or "needs" (what is sought).
    asked : str or list, optional
        Columns of the card or their beginnings, a text with commas or a list; without it the
        questions of the topic, told by their names.

    Returns
    -------
    Survey or Refused
        The Survey has `table` (the questions, and who answered), `codes` (the answers as
        numbers), `answered` and `classes(k=…, seed=…)`; these have `profile`, `table`, `labels`
        and `spend(seed=…)`. Refused below three questions or 100 respondents.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.models import respondents
    >>> card = pd.DataFrame({f"answer_{c}": [0.0, 1.0] * 50 for c in "abc"})
    >>> survey = respondents.survey(card, topic="needs")
    >>> survey.classes(k=2, seed=1).table["customers_n"].tolist()
    [50, 50, 0]
    """
    if why := refusal(card, topic=topic, asked=asked):
        return Refused(f"*No {topic} for these customers:* {why.rstrip('.')}.")
    columns = questions.chosen(card, asked=asked, topic=topic)
    return Survey(card, {"approach": topic, "questions": asked}, columns)


@dataclass(frozen=True)
class Survey:
    """What is known of the answers of a card's customers.

    card: the customers; recipe: the approach and the questions asked for; columns: the questions.
    """

    card: object
    recipe: dict
    columns: list

    @property
    def table(self):
        """Describe the questions: one row each.

        question (in words), answered_share of all customers on the card (0 to 1), answers_n
        (different answers) and most_often (the commonest answer and its share of the answers).
        """
        rows = [_described(self.card[column], column) for column in self.columns]
        return pd.DataFrame(rows)

    @cached_property
    def codes(self):
        """Return the answers of those who gave any, as `latent.evidence` takes them.

        An integer matrix (respondents, questions), see `questions.codes`.
        """
        codes = questions.codes(self.card, questions.read(self.card, self.columns))
        return codes[(codes >= 0).any(axis=1)]

    @property
    def answered(self):
        """Tell for every customer whether any question was answered."""
        return self.card[self.columns].notna().any(axis=1)

    @passes
    def classes(self, *, k, seed):
        """Find k classes of respondents (0 lets BIC choose), the same for the same seed."""
        approach = self.recipe["approach"]
        options = {"columns": self.columns, "k": k, "seed": seed}
        definition = latent.fit(self.card, approach=approach, **options)
        labels = definition.apply(self.card, latent.expression, widen=latent.widen)["segment"]
        return Classes(self.card, {**self.recipe, "k": k, "seed": seed}, definition, labels)


def _described(answers, column):
    known = answers.dropna()
    counts = known.value_counts(normalize=True).sort_index().sort_values(kind="stable")
    yes_no = set(known.unique()) <= {0.0, 1.0}
    top = {1.0: "yes", 0.0: "no"}.get(counts.index[-1]) if yes_no else counts.index[-1]
    return {
        "question": questions.said({"column": column}),
        "answered_share": float(answers.notna().mean()),
        "answers_n": len(counts),
        "most_often": f"{top} ({counts.iloc[-1]:.0%})",
    }


class Classes(Attempt):
    """Classes of respondents, the customers without an answer as the last group."""

    @property
    def profile(self):
        """Lay out what each class answers; see `latent.profile`."""
        return latent.profile(self.definition)

    @cached_property
    def table(self):
        """Describe the classes: one row each, in their order, the silent last.

        segment, customers_n, way_of_answering (True where the class only shows a way of
        answering), certainty (mean of how surely its customers belong to it, 0 to 1).
        """
        sure = latent.certainty(self.card, self.definition).groupby(self.labels.to_numpy()).mean()
        counts = self.labels.value_counts()
        styled = {*questions.STYLES.values()}
        return pd.DataFrame({
            "segment": self.order,
            "customers_n": [int(counts.get(name, 0)) for name in self.order],
            "way_of_answering": [name.split(" (")[0] in styled for name in self.order],
            "certainty": [float(sure.get(name, np.nan)) for name in self.order],
        })  # fmt: skip

    @property
    def named(self):
        """Name the classes, without the silent, in words."""
        return "; ".join(self.order[:-1])

    @property
    def ways(self):
        """Name the classes that only show a way of answering, in words."""
        named = self.table.loc[self.table["way_of_answering"], "segment"]
        return ", ".join(named) or "no one way of answering"

    @property
    def silent(self):
        """Tell for every customer whether nothing is known of the answers."""
        return self.labels == latent.UNANSWERED

    def spend(self):
        """Set the classes beside the money: what do they spend, and how sure is that?

        Returns segment, customers_n, spend_mean and its 95 % interval spend_low to spend_high
        (missing below ten amounts), in the order of the segments (empty ones left out). Intervals
        that overlap widely: the class says nothing about the money. Refused where none is known.
        """
        if "spend_total" not in self.card:
            return Refused(NO_MONEY)
        rows = []
        for name in filter(set(self.labels).__contains__, self.order):
            money = self.card["spend_total"][self.labels == name].astype(float).to_numpy()
            rows.append((name, len(money), money.mean(), *skewed(np.sort(money))))
        columns = ["segment", "customers_n", "spend_mean", "spend_low", "spend_high"]
        return pd.DataFrame(rows, columns=columns)


@passes
def in_money(spent):
    """Say which two classes lie furthest apart in money, if their ranges do not overlap.

    Parameters
    ----------
    spent : DataFrame
        What `Classes.spend` returned: segment, spend_mean, spend_low and spend_high in money.

    Returns
    -------
    str
        One sentence; the silent are left out, for they are no class. Empty with a single class.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.models import respondents
    >>> spent = pd.DataFrame({"segment": ["Cooks", "Travels"], "spend_mean": [20.0, 90.0]})
    >>> spent = spent.assign(spend_low=[15.0, 80.0], spend_high=[25.0, 100.0])
    >>> respondents.in_money(spent)
    '“Travels” spends most (90 on average), “Cooks” least (20), and their ranges lie apart.'
    """
    known = spent[spent["segment"] != latent.UNANSWERED].sort_values("spend_mean", kind="stable")
    if len(known) < 2:
        return ""
    low, high = known.iloc[0], known.iloc[-1]
    if not high["spend_low"] > low["spend_high"]:
        return "No class is shown to spend more than another: their ranges overlap."
    return messages.told("money differs", high=high, low=low)
