"""Who can and may be reached: told by headings, never by having been mailed."""

import pandas as pd
import pytest

from segkit.data.people import reach


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Accepts Marketing", "agreed"), ("marketing_consent", "agreed"), ("Opt-in", "agreed"),
        ("Email subscribed", "agreed"), ("согласие на рассылку", "agreed"),
        ("Opted out", "refused"),
        ("unsubscribed", "refused"), ("Do not contact", "refused"), ("email_known", "contact"),
        ("campaigns_received_n", None), ("mailings_opened_n", None), ("newsletter opened", None),
        ("phone", None), ("spend_total", None),
    ],
)  # fmt: skip
def test_headings_tell_consent_refusal_and_contact(heading, kind):
    found = reach.columns(pd.DataFrame({heading: ["yes", "no", None]}))
    assert [name for name, columns in found.items() if columns] == [kind] * (kind is not None)


def test_a_column_of_other_words_tells_nothing():
    assert reach.reachable(pd.DataFrame({"consent": ["perhaps", "yes"]})) == (None, [])


def test_an_empty_cell_is_no_consent_and_a_refusal_outweighs_it():
    card = pd.DataFrame({"consent": ["yes", "", "yes", "1"], "opted out": [None, None, "да", "0"]})
    fit, used = reach.reachable(card)
    assert fit.tolist() == [True, False, False, True]
    assert used == ["opted out", "consent"]


def test_a_status_says_the_same_under_any_heading():
    status = pd.Series(["Subscribed", "unsubscribed", "", "2024-05-01"])
    assert reach.agreed(status).tolist() == [True, False, False, False]
    assert reach.refused(status).tolist() == [False, True, False, True]


def test_one_contact_is_enough_and_none_is_not():
    card = pd.DataFrame({"email known": [1, 0, 0], "phone known": [0, 1, 0]})
    assert reach.reachable(card)[0].tolist() == [True, True, False]
    only = pd.DataFrame({"opted out": [1, 0, 0]})
    assert reach.reachable(only)[0].tolist() == [False, True, True]
