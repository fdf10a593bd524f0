"""Bands: what people write for an age or a size is read, or not read at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.segments.attributes import bands
from segkit.study import StudyError

INF = float("inf")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("25-34", (25, 34)),
        ("25–34 years", (25, 34)),
        ("between 25 and 34", (25, 34)),
        ("с 25 по 34", (25, 34)),
        ("от 25 до 34 лет", (25, 34)),
        ("45+", (45, INF)),
        ("65 and older", (65, INF)),
        ("65 и старше", (65, INF)),
        ("65 und älter", (65, INF)),
        ("≥ 65", (65, INF)),
        ("not less than 50", (50, INF)),
        ("не менее 50", (50, INF)),
        ("свыше 1 000 чел.", (1000, INF)),
        ("до 100", (0, 100)),
        ("не более 50", (0, 50)),
        ("under 18", (0, 18)),
        ("unter 18", (0, 18)),
        ("<18", (0, 18)),
        ("37", (37, 37)),
        ("37 лет", (37, 37)),
        ("1 001–5 000 employees", (1001, 5000)),
        ("1\u00a0001-5\u00a0000", (1001, 5000)),
        ("1,001-5,000", (1001, 5000)),
        ("10.000 - 50.000", (10_000, 50_000)),
        ("2-5 млн", (2e6, 5e6)),
        ("1,5 млн", (1.5e6, 1.5e6)),
        ("€2m to €10m", (2e6, 10e6)),
        ("125-149K", (125_000, 149_000)),
        ("Under 15K", (0, 15_000)),
        (41.5, (41.5, 41.5)),
    ],
)
def test_a_band_is_read_as_its_lowest_and_highest_number(text, span):
    assert bands.read(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "n/a", None, float("nan"), "M", "-5", "34-25", "1985-01-02", "2 Adults No Kids",
     "Flat 3, Green Lane", "12 18 24"],
)  # fmt: skip
def test_what_is_no_band_is_not_guessed(text):
    assert bands.read(text) is None


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_any_two_numbers_are_read_back_however_thousands_are_written(a, b):
    low, high = sorted((a, b))
    for form in ("{:d}", "{:,}"):
        text = f"{form.format(low)} – {form.format(high)}"
        assert bands.read(text) == (low, high)
    spaced = f"{low:,} - {high:,}".replace(",", "\u00a0")
    assert bands.read(spaced) == (low, high)


def test_cut_points_are_read_and_checked():
    assert bands.cuts("18 25 35", name="AGES") == [18, 25, 35]
    assert bands.cuts("18; 25;35", name="AGES") == [18, 25, 35]
    assert bands.cuts((10, 50), name="SIZES") == [10, 50]
    for wrong in ("", "old", "35 25", "25 25", "0 10", "-5 10"):
        with pytest.raises(StudyError, match=r"AGES is .* rising"):
            bands.cuts(wrong, name="AGES")


def test_a_band_lies_between_the_cut_points_it_does_not_cross():
    edges = [25, 35, 50]
    spans = [(19, 24), (25, 34), (35, 35), (30, 40), (65, INF), (0, 25), (45, INF), (35, 50)]
    assert [bands.place(s, edges=edges) for s in spans] == [0, 1, 2, None, 3, 0, None, 2]


def test_a_cut_point_through_the_bands_of_many_is_dropped_one_through_few_stays():
    many = [(20, 29)] * 50 + [(30, 39)] * 50
    assert bands.kept(many, edges=[25, 30, 35]) == [30]
    few = [(20, 24)] * 96 + [(20, 29)] * 4
    assert bands.kept(few, edges=[25]) == [25]


def test_classes_are_named_as_people_say_them():
    edges = [18, 25, 65]
    titles = [bands.title(edges, first=n, last=n, unit="years") for n in range(4)]
    assert titles == ["under 18 years", "18 to 24 years", "25 to 64 years", "65 years and over"]
    assert bands.title(edges, first=0, last=1) == "under 25"
    assert bands.title([2, 3], first=0, last=0, unit="persons", lowest=1) == "1 person"
    assert bands.title([2e6, 1e7], first=1, last=1) == "2 m to 10 m"
