"""Criteria (02): by what customers should be told apart for a given goal.

`families` holds the kinds of criteria as data, `relevance` counts what each candidate tells
about the goal, `similarity` finds twins, `groups` shows it in the KPI's own unit, `choice`
computes the short list with a reason per candidate, and `words` says it in sentences.
"""

from segkit.criteria import words
from segkit.criteria.choice import (
    BASICS,
    OWN_DOING,
    OWN_PAST,
    PLAIN,
    candidates,
    choose,
    is_weak,
    judged,
    label,
    leaders,
    prominence,
    short_list,
)
from segkit.criteria.families import FAMILIES, families, reach
from segkit.criteria.groups import evidence, groups, spans, steps
from segkit.criteria.relevance import (
    beyond,
    binned,
    bins_for,
    dice,
    information,
    mutual_information,
    relevance,
)
from segkit.criteria.similarity import association, correlation_ratio, cramers_v

__all__ = [
    "BASICS",
    "FAMILIES",
    "OWN_DOING",
    "OWN_PAST",
    "PLAIN",
    "association",
    "beyond",
    "binned",
    "bins_for",
    "candidates",
    "choose",
    "correlation_ratio",
    "cramers_v",
    "dice",
    "evidence",
    "families",
    "groups",
    "information",
    "is_weak",
    "judged",
    "label",
    "leaders",
    "mutual_information",
    "prominence",
    "reach",
    "relevance",
    "short_list",
    "spans",
    "steps",
    "words",
]
