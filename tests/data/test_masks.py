"""Contacts within words are masked; numbers of orders, articles and bar codes are not."""

import ibis
import pandas as pd
import pytest

from segkit.data import masks, messages

MASKED = {
    "gift for anna@corp.com": "gift for (e-mail)",
    "(anna.b+shop@mail.corp.co.uk)": "((e-mail))",
    "call +7 916 555-44-33 or 8 (916) 555-44-33.": "call (phone) or (phone).",
    "+7 916 555-44-33, +7 916 555-44-34": "(phone), (phone)",
    "тел. 89165554433": "тел. (phone)",
    "Tel: 030/1234567": "Tel: (phone)",
    "phone 555 12 34": "phone (phone)",
    "555-123-4567": "(phone)",
    "+49 170 1234567": "(phone)",
    "моб 9165554433, звонить": "моб (phone), звонить",
}
KEPT = (
    "EAN 4006381333931", "8901234567890", "order 123-1234567-1234567", "LEGO (2023) 10307",
    "SKU89165554433", "A-89165554433", "0123456789012", "size 100-200-300", "2024-01-05 10:30",
    "1 234 567,00", "phone 15 128 GB", "hotel 4006381333931", "id 7916555443", "a @ b", "@home",
)  # fmt: skip


@pytest.mark.parametrize("text", MASKED)
def test_a_contact_in_a_text_is_masked(text):
    assert masks.shown(text) == MASKED[text]


@pytest.mark.parametrize("text", KEPT)
def test_other_numbers_and_words_stay(text):
    assert masks.shown(text) == text


def test_the_engine_masks_as_python_does():
    texts = [*MASKED, *KEPT, ""]
    told = ibis.memtable(pd.DataFrame({"x": texts, "n": range(len(texts))}))
    found = told.mutate(x=masks.column(told.x)).order_by("n").execute().x.tolist()
    assert found == [masks.shown(text) for text in texts]


def test_a_message_never_repeats_a_contact():
    error = messages.error("broken workbook", label="a.xlsx", error="“Ann, anna@corp.com”")
    assert "anna@corp.com" not in str(error)
