"""Lifestyle: customers grouped by their answers about habits and opinions.

What people do in their free time and what they think of things says more about tone and
occasion than age and income do (psychographic segmentation). The classes are latent classes of the
answers (see `latent`), each named after what it answers clearly more often than all; a class
that only shows a way of answering is called so. Customers who did not answer stay a group of
their own: nothing is concluded about them from others. Refuses fewer than three questions or 100
respondents. Source: Wells and Tigert, Activities, interests and opinions (1971).
Taught in notebook approaches/lifestyle.
"""

from segkit.segments.about import About
from segkit.segments.models import latent, respondents
from segkit.segments.models.questions import chosen

ABOUT = About(
    question="What do customers' habits and opinions say of how they live?",
    use="tone, pictures and occasions of what we say",
    difficulty="high",
    place=140,
    when="people buy the same for different reasons of taste or way of life",
    data="a table `survey`: three questions about habits and opinions, 100 respondents, or more",
    options=("questions", "k", "seed"),
)


def fit(card, *, questions=None, k=0, seed=2017):
    """Find classes of customers who answer alike about habits and opinions.

    `questions`: columns of the card or their beginnings; None takes those about habits and
    opinions, told by their names (see `questions.chosen`). `k` classes, 0 lets BIC choose.
    Returns a Definition (see `latent.fit`). Raises StudyError where the answers cannot carry it.
    """
    columns = chosen(card, asked=questions, topic="lifestyle")
    return latent.fit(card, approach="lifestyle", columns=columns, k=k, seed=seed)


def refusal(card, *, questions=None):
    """Say why this card cannot carry the approach; empty when it can."""
    return respondents.refusal(card, topic="lifestyle", asked=questions)


expression, widen = latent.expression, latent.widen
