"""Needs: customers grouped by their answers about what is sought.

What people seek in a product says more about the offer than who they are (benefit
segmentation). The classes are latent classes of the
answers (see `latent`), each named after what it answers clearly more often than all; a class
that only shows a way of answering is called so. Customers who did not answer stay a group of
their own: nothing is concluded about them from others. Refuses fewer than three questions or 100
respondents. Source: Haley, Benefit segmentation (1968).
Taught in notebook approaches/needs.
"""

from segkit.segments.about import About
from segkit.segments.models import latent, respondents
from segkit.segments.models.questions import chosen

ABOUT = About(
    question="What are customers looking for?",
    use="what is offered and promised to whom",
    difficulty="high",
    place=150,
    when="a product or service is to fit what is sought",
    data="a table `survey`: three questions about what is sought, 100 respondents, or more",
    options=("questions", "k", "seed"),
)


def fit(card, *, questions=None, k=0, seed=2017):
    """Find classes of customers who answer alike about what is sought.

    `questions`: columns of the card or their beginnings; None takes those about
    what is sought, told by their names (see `questions.chosen`). `k` classes, 0 lets BIC choose.
    Returns a Definition (see `latent.fit`). Raises StudyError where the answers cannot carry it.
    """
    columns = chosen(card, asked=questions, topic="needs")
    return latent.fit(card, approach="needs", columns=columns, k=k, seed=seed)


def refusal(card, *, questions=None):
    """Say why this card cannot carry the approach; empty when it can."""
    return respondents.refusal(card, topic="needs", asked=questions)


expression, widen = latent.expression, latent.widen
