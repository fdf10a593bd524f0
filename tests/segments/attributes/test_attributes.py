"""Demographic, geographic and firmographic: grouped rules, nothing guessed, small groups folded."""

import numpy as np
import pandas as pd
import pytest

from segkit import segments
from segkit.refusal import Refused
from segkit.segments import attributes, rules
from segkit.segments.approaches import demographic, firmographic, geographic
from segkit.study import StudyError


def a_card(**columns):
    rows = len(next(iter(columns.values())))
    ids = [f"c{n:03}" for n in range(rows)]
    spend = np.arange(rows, 0, -1, dtype=float)
    return pd.DataFrame({"customer_id": ids, "orders_n": 1, "spend_total": spend, **columns})


def labels(card, room, **how):
    return segments.assign(card, room.fit(card, **how))["segment"].tolist()


@pytest.fixture
def people():
    """Give 400 customers with ages, gender, place and company, a fifth of each not known."""
    rng = np.random.default_rng(7)
    rows = 400
    hide = lambda values: np.where(rng.random(rows) < 0.2, None, values)  # noqa: E731
    bands = ["19-24", "25-34", "35-44", "45-54", "55-64", "65+"]
    return a_card(
        age=hide(rng.choice(bands, rows)),
        gender=hide(rng.choice(["female", "M", "ж", "муж."], rows)),
        kids_count=hide(rng.choice(["0", "1", "2", "3+"], rows)),
        region=hide(rng.choice(["north", "south", "west"], rows, p=[0.7, 0.28, 0.02])),
        population=np.where(rng.random(rows) < 0.2, np.nan, rng.integers(100, 10**6, rows)),
        employees=hide(rng.choice(["до 10", "10–49", "50-249", "1 000+"], rows)),
        industry=hide(rng.choice(["retail", "health"], rows)),
    )


ROOMS = [demographic, geographic, firmographic]


# ------------------------------------------------------------------ what holds for all three


@pytest.mark.parametrize("room", ROOMS, ids=lambda r: r.__name__.rsplit(".", 1)[-1])
def test_everybody_is_in_one_group_and_only_in_groups_that_are_named(room, people):
    definition = room.fit(people)
    found = segments.assign(people, definition)["segment"]
    assert set(found) <= set(definition.order)
    assert len(set(definition.order)) == len(definition.order)
    assert segments.sizes(found, spend=None, order=definition.order)["customers_n"].sum() == 400


@pytest.mark.parametrize("room", ROOMS, ids=lambda r: r.__name__.rsplit(".", 1)[-1])
def test_the_order_of_rows_changes_nothing(room, people):
    shuffled = people.sample(frac=1, random_state=3)
    assert room.fit(shuffled) == room.fit(people)
    again = segments.assign(shuffled, room.fit(people))["segment"].sort_index()
    assert again.tolist() == labels(people, room)


@pytest.mark.parametrize("room", ROOMS, ids=lambda r: r.__name__.rsplit(".", 1)[-1])
def test_no_group_is_smaller_than_asked_for(room, people):
    for smallest in (0.05, 0.1, 0.2):
        counts = pd.Series(labels(people, room, smallest=smallest)).value_counts()
        assert counts.drop("Not known", errors="ignore").min() >= smallest * 400


@pytest.mark.parametrize("room", ROOMS, ids=lambda r: r.__name__.rsplit(".", 1)[-1])
def test_whoever_is_not_known_in_anything_is_not_known(room, people):
    definition = room.fit(people)
    blind = people.assign(**dict.fromkeys(definition.columns))
    numbers = people.select_dtypes("number").columns.intersection(definition.columns)
    blind = blind.astype(dict.fromkeys(numbers, "float64"))
    assert set(segments.assign(blind, definition)["segment"]) == {"Not known"}


@pytest.mark.parametrize("room", ROOMS, ids=lambda r: r.__name__.rsplit(".", 1)[-1])
def test_the_groups_are_rules_that_can_be_checked_and_said(room, people):
    definition = room.fit(people)
    for group in definition.rules["groups"]:
        rules.check(group["when"], columns=people.columns)
        assert len(rules.in_words(group["when"])) > 5


@pytest.mark.parametrize("room", ROOMS, ids=lambda r: r.__name__.rsplit(".", 1)[-1])
def test_a_card_without_such_attributes_is_refused(room):
    with pytest.raises(StudyError, match="Nothing"):
        room.fit(a_card(favourite=["a", "b"]))


@pytest.mark.parametrize("room", ROOMS, ids=lambda r: r.__name__.rsplit(".", 1)[-1])
def test_two_attributes_are_crossed_three_are_refused(room, people):
    with pytest.raises(StudyError, match="at most two"):
        room.fit(people, by="age gender region")
    with pytest.raises(StudyError, match="shoe_size is no column"):
        room.fit(people, by="shoe_size")


# ------------------------------------------------------------------ reading attributes


def test_ages_in_years_are_cut_by_the_parameters():
    card = a_card(age=[17.0, 18, 24, 25, 64, 65, 120, 121, -1, np.nan])
    found = labels(card, demographic, by="age", ages="18 25 65", smallest=0)
    assert found == ["Under 18 years", "18 to 24 years", "18 to 24 years", "25 to 64 years",
                     "25 to 64 years", "65 years and over", "65 years and over",
                     "Not known", "Not known", "Not known"]  # fmt: skip


def test_bands_of_the_data_are_not_torn_and_that_is_said():
    card = a_card(age=["20-29"] * 10 + ["30-39"] * 10)
    definition = demographic.fit(card, by="age", ages="25 30 35")
    assert definition.order == ["Under 30 years", "30 years and over", "Not known"]
    assert "lie across 25, 35" in "; ".join(definition.rules["told"])


def test_a_band_across_a_cut_that_few_have_is_not_placed():
    card = a_card(age=["20-24"] * 30 + ["25-29"] * 30 + ["18-60"])
    found = labels(card, demographic, by="age", ages="25", smallest=0)
    assert found[-1] == "Not known"
    assert found.count("Under 25 years") == 30


def test_a_small_band_goes_to_its_smaller_neighbour():
    card = a_card(age=[20] * 2 + [30] * 50 + [40] * 48)
    definition = demographic.fit(card, by="age", ages="25 35", smallest=0.05)
    assert definition.order[:2] == ["Under 35 years", "35 years and over"]
    assert "too small to stand alone" in "; ".join(definition.rules["told"])


def test_gender_is_read_in_three_languages_and_other_words_are_not_guessed():
    card = a_card(gender=["F", "женский", "Frau", "m", "муж.", "männlich", "company", None, "-"])
    found = labels(card, demographic, by="gender", smallest=0)
    assert found == ["Women"] * 3 + ["Men"] * 3 + ["Not known"] * 3
    definition = demographic.fit(card, by="gender", smallest=0)
    assert "1 values are in no list" in definition.rules["told"][0]


def test_the_family_stage_is_made_of_children_and_age():
    card = a_card(age=["25-34", "25-34", "55-64", "65+", "25-34", None],
                  kids_count=["0", "2", "1", "0", None, "3+"])  # fmt: skip
    found = labels(card, demographic, by="stage", smallest=0)
    young, old = "No children, under 45 years", "No children, 45 years and over"
    assert found == [young, "With children", "With children", old, "Not known", "With children"]


def test_children_are_told_from_words_too():
    card = a_card(household_comp=["2 Adults Kids", "1 Adult No Kids", "2 Adults No Kids", None])
    found = labels(card, demographic, by="stage", smallest=0)
    assert found == ["With children", "No children", "No children", "Not known"]


def test_settlements_are_read_from_inhabitants_or_words():
    card = a_card(population=[800.0, 5_000, 60_000, 2_000_000, np.nan])
    found = labels(card, geographic, by="settlement", smallest=0)
    assert [name.split(" (")[0] for name in found] == [
        "Village", "Town", "City", "Large city", "Not known"]  # fmt: skip
    card = a_card(settlement=["село", "город", "мегаполис", "Village", "small town", "moon"])
    found = labels(card, geographic, by="settlement", smallest=0)
    assert found == ["Village", "City", "Large city", "Village", "Town", "Not known"]


def test_the_cut_points_of_settlements_are_parameters():
    card = a_card(population=[900.0, 1_100])
    found = labels(card, geographic, by="settlement", inhabitants="1000", smallest=0)
    assert found == ["Under 1,000 inhabitants", "1,000 inhabitants and over"]


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("EU", ["micro", "small", "medium", "large"]),
        ("RU", ["micro", "micro", "medium", "large"]),
        ("furniture", ["small", "small", "medium", "large"]),
        ("software", ["small", "small", "medium", "medium"]),
    ],
)
def test_the_same_companies_are_of_other_size_under_other_presets(preset, expected):
    card = a_card(employees=[9, 15, 200, 300])
    found = labels(card, firmographic, by="employees", sizes=preset, smallest=0)
    assert [name.split(" (")[0].lower() for name in found] == expected


def test_own_size_cuts_and_wrong_presets():
    card = a_card(employees=["до 100", "101–500", "1 001–5 000", "5 001+"])
    found = labels(card, firmographic, sizes="101 1001 5001", smallest=0)
    assert [name.split(" (")[0] for name in found] == ["Micro", "Small", "Medium", "Large"]
    with pytest.raises(StudyError, match=r"SIZES is 'Mars'.* EU, RU"):
        firmographic.fit(card, sizes="Mars")


def test_rare_words_are_folded_into_other_and_that_is_said():
    card = a_card(region=["north"] * 50 + ["south"] * 45 + ["east"] * 3 + ["west"] * 2)
    definition = geographic.fit(card)
    assert definition.order[:3] == ["North", "South", "Other region"]
    assert '2 small groups went into "other region"' in "; ".join(definition.rules["told"])


def test_everybody_alike_is_refused():
    with pytest.raises(StudyError, match="alike in region"):
        geographic.fit(a_card(region=["north"] * 9))


def test_a_small_pair_is_folded_within_its_first_attribute():
    card = a_card(region=["north"] * 60 + ["south"] * 40,
                  climate=["cold"] * 58 + ["warm"] * 2 + ["warm"] * 40)  # fmt: skip
    definition = geographic.fit(card, by="region climate")
    found = segments.assign(card, definition)["segment"]
    assert found.value_counts().to_dict() == {"North": 60, "South · warm": 40}
    assert "north: too few to stand alone" in "; ".join(definition.rules["told"])


def test_new_customers_with_an_unseen_word_are_not_known():
    card = a_card(region=["north"] * 5 + ["south"] * 5)
    new = a_card(region=["north", "atlantis", None])
    found = segments.assign(new, geographic.fit(card))["segment"].tolist()
    assert found == ["North", "Not known", "Not known"]


def test_a_group_can_be_explained_for_one_customer(people):
    definition = demographic.fit(people, by="age")
    group = definition.rules["groups"][0]
    inside = people[segments.assign(people, definition)["segment"] == group["name"]]
    assert rules.explain(inside.iloc[0], group["when"]).startswith("in, because")


def test_what_is_known_is_looked_at_part_by_part(people):
    places = geographic.read(people)
    assert places.known["attribute"].tolist() == ["settlement", "region"]
    assert places.known["groups_n"].tolist() == [places.labels[n].nunique() for n in places.labels]
    assert places.crossed.to_numpy().sum() == places.labels.dropna().shape[0]
    found = segments.attempt(people, {"approach": "geographic", "by": "region"})
    assert "·" not in "".join(found.order)
    assert attributes.described(found)["group"].tolist() == found.order[:-1]
    assert "other region" in attributes.folded(found)


def test_what_is_not_known_is_refused_with_one_reason():
    card = a_card(employees=[5, 50, 500], industry=["a", "a", "b"])
    found = segments.attempt(card, "geographic")
    places = geographic.read(card)
    assert isinstance(found, Refused)
    assert places.labels == places.known == places.crossed == found == attributes.folded(found)
    assert "nothing geographic is known here" in found.why
    assert isinstance(firmographic.read(card.drop(columns="employees")).by_preset, Refused)
    assert isinstance(geographic.read(a_card(region=list("ab"))).crossed, Refused)


def test_grocery_knows_801_households(grocery_card):
    definition = demographic.fit(grocery_card)
    found = segments.assign(grocery_card, definition)["segment"]
    assert (found != "Not known").sum() == 801
    assert len(found) == 2469


def test_spellings_that_differ_in_capitals_are_one_place():
    card = a_card(city=["Aachen", "aachen", "AACHEN", "Bonn", "bonn ", "Aachen"] * 10)
    found = labels(card, geographic)
    assert set(found) == {"Aachen", "Bonn"}
    assert found.count("Aachen") == 40


@pytest.mark.parametrize("told", [str, float])
def test_an_attribute_of_hundreds_of_values_can_be_crossed(told):
    card = a_card(employees=[9, 15, 300] * 300, contacts=[told(n) for n in range(900)])
    definition = firmographic.fit(card, by=["employees", "contacts"])
    sizes = segments.assign(card, definition)["segment"].value_counts()
    assert sizes.to_dict() == {
        "Micro": 300,
        "Small to medium · other contacts": 300,
        "Large · other contacts": 300,
    }


def test_hundreds_of_rules_can_be_joined():
    card = a_card(region=[f"r{n}" for n in range(900)])
    rule = {"any": [{"region": {"is": f"r{n}"}} for n in range(800)]}
    assert rules.selected(card, rule).sum() == 800


@pytest.mark.parametrize(
    ("cells", "groups"),
    [
        (["Mr", "Mrs", "Ms.", "Miss"], "m w w w"),
        (["Madame", "Monsieur", "M.", "Mlle"], "w m m w"),
        (["Mujer", "Hombre"], "w m"),
        (["H", "M"], "m w"),
        (["F", "H"], "w m"),
        (["M", "V"], "m w"),
        (["K", "M"], "w m"),
        (["E", "K"], "m w"),
        (["ж", "М"], "w m"),
        (["г-жа", "г-н"], "w m"),
        (["Herr", "Frau", "Herr und Frau", "Firma"], "m w ? ?"),
        (["f", "m", "d"], "w m o"),
        (["男", "女"], "m w"),
    ],
)
def test_gender_is_read_in_many_languages_or_not_known(cells, groups):
    card = a_card(gender=cells * 10)
    sign = demographic.read(card, smallest=0).sign("gender")
    names = {"m": "men", "w": "women", "o": "other gender", "?": None}
    expected = [names[letter] for letter in groups.split()]
    found = [None if label != label else label for label in sign.labels[: len(cells)]]
    assert found == expected
    assert any("not known" in line for line in sign.told) == ("?" in groups)


def test_letters_that_mean_the_opposite_elsewhere_are_told():
    told = demographic.read(a_card(sex=["M", "V"] * 5)).sign("gender").told
    assert told == ["sex: taken as if “m” means men and “v” means women"]


@pytest.mark.parametrize("codes", [["1", "2"], [1.0, 2.0]])
def test_codes_that_match_nothing_are_no_group_and_no_crash(codes):
    card = a_card(gender=codes * 20, age=["30", "60"] * 20)
    with pytest.raises(StudyError, match="not known: no list of words"):
        demographic.read(card).sign("gender")
    assert isinstance(segments.attempt(card.drop(columns="age"), "demographic"), Refused)
    assert demographic.read(card).known.attribute.tolist() == ["age"]
