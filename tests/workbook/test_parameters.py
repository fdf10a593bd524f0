"""What the user sets is checked before anything runs."""

import math

import fake_project
import jupytext
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.study import Study, StudyError
from segkit.workbook import notebook, parameters

TEXT = """# ---
# jupyter: {}
# ---

# %% [markdown]
# # A title?
#
# Words.

# %% tags=["parameters"]
STUDY = "grocery"  # a file in studies/
N_SEGMENTS = 0  # how many; 0 = chosen by stability
LIMIT = -1.5  # a number with = and # in its comment

# %%
later = 1
"""


def known(**cells):
    """Declare parameters per notebook from the text of their cells."""
    return {
        stage: parameters.declared(fake_project.notebook([("parameters", text)]))
        for stage, text in cells.items()
    }


KNOWN = known(
    s04_segments="STUDY = 'x'\nN_SEGMENTS = 0  # how many\nSEED = 7\nLIMIT = 0.5\nDEEP = False",
    s05_validation="STUDY = 'x'\nSEED = 7\nLABEL = 'auto'  # any text",
)
STUDY = Study(name="tiny", title="Tiny")


def settled(*given, study=STUDY):
    return parameters.settle(KNOWN, study=study, given=given)


def test_parameters_are_read_from_text_with_their_comments():
    found = parameters.declared(jupytext.reads(TEXT, fmt="py:percent"))
    assert {name: p.value for name, p in found.items()} == {
        "STUDY": "grocery",
        "N_SEGMENTS": 0,
        "LIMIT": -1.5,
    }
    assert found["N_SEGMENTS"].comment == "how many; 0 = chosen by stability"
    assert found["LIMIT"].comment == "a number with = and # in its comment"


@pytest.mark.parametrize(
    "cell", ["N = 1 + K", "N = [1]", "N = None", "N += 1", "A = B = 1", "A, B = 1, 2", "N = (\n1)"]
)
def test_anything_but_a_literal_is_refused(cell):
    with pytest.raises(StudyError, match="parameter"):
        known(s=cell)


def test_a_notebook_without_the_cell_is_refused():
    with pytest.raises(StudyError, match="tagged `parameters`"):
        parameters.declared({"cells": []})


def test_defaults_hold_until_study_and_user_replace_them():
    study = Study(name="tiny", title="Tiny", parameters={"SEED": 1, "LABEL": "b"})
    by_stage, chosen = settled("SEED=2", study=study)
    assert by_stage["s04_segments"]["SEED"] == by_stage["s05_validation"]["SEED"] == 2
    assert by_stage["s05_validation"]["LABEL"] == "b"
    assert by_stage["s04_segments"]["STUDY"] == "tiny"
    assert by_stage["s04_segments"]["N_SEGMENTS"] == 0
    assert chosen == {"SEED": 2, "LABEL": "b"}


def test_an_unknown_name_is_refused_with_the_nearest_and_its_notebook():
    with pytest.raises(StudyError) as error:
        settled("N_SEGMENT=5")
    assert "'N_SEGMENT'" in str(error.value)
    assert "Did you mean N_SEGMENTS, in s04_segments (how many)?" in str(error.value)


def test_a_name_like_no_other_lists_them_all():
    with pytest.raises(StudyError, match="parameters are: DEEP, LABEL, LIMIT, N_SEGMENTS, SEED"):
        settled("QQQQQ=5")


def test_a_lower_case_name_is_told_its_capitals():
    with pytest.raises(StudyError, match="Did you mean N_SEGMENTS"):
        settled("n_segments=5")


def test_an_unknown_name_in_the_study_file_names_the_file():
    with pytest.raises(StudyError, match=r"studies/tiny\.yaml.*Did you mean SEED"):
        settled(study=Study(name="tiny", title="Tiny", parameters={"SEEDS": 1}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("N_SEGMENTS=many", "a whole number, for example N_SEGMENTS=5, but got 'many'"),
        ("N_SEGMENTS=2.5", "a whole number"),
        ("N_SEGMENTS=true", "a whole number"),
        ("LIMIT=auto", "a number, for example LIMIT=0.5"),
        ("LIMIT=nan", "a number"),
        ("LIMIT=inf", "a number"),
        ("DEEP=maybe", "true or false, for example DEEP=true"),
    ],
)
def test_a_wrong_type_says_what_was_expected(text, words):
    with pytest.raises(StudyError) as error:
        settled(text)
    assert words in str(error.value)


@pytest.mark.parametrize("value", [True, "5", 5.0])
def test_the_study_file_must_have_the_right_type_too(value):
    with pytest.raises(StudyError, match="whole number"):
        settled(study=Study(name="tiny", title="Tiny", parameters={"N_SEGMENTS": value}))


def test_a_whole_number_does_for_a_decimal_and_is_the_same_choice():
    assert settled("LIMIT=1")[0] == settled("LIMIT=1.0")[0]


@pytest.mark.parametrize("word", ["true", "Yes", "on", "1"])
def test_words_for_true(word):
    assert settled(f"DEEP={word}")[1] == {"DEEP": True}


@pytest.mark.parametrize("text", ["N_SEGMENTS", "=5", ""])
def test_what_is_no_name_and_value_is_refused(text):
    with pytest.raises(StudyError, match="NAME=VALUE"):
        settled(text)


def test_the_study_is_not_a_parameter_of_the_command_line():
    with pytest.raises(StudyError, match="segkit run NAME"):
        settled("STUDY=other")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))))
def test_any_text_survives_the_way_into_the_cell(text):
    value = text.strip()
    by_stage, _ = settled(f"LABEL={value}")
    book = fake_project.notebook([("parameters", "LABEL = 'auto'  # a = b\nSEED = 7  # é")])
    assert ran_with(parameters.fill(book, by_stage["s05_validation"]))["LABEL"] == value


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9))
def test_any_number_survives_the_way_into_the_cell(decimal, whole):
    by_stage, _ = settled(f"LIMIT={decimal!r}", f"N_SEGMENTS={whole}")
    book = fake_project.notebook([("parameters", "N_SEGMENTS = 0  # a\nLIMIT = 0.5  # b")])
    found = ran_with(parameters.fill(book, by_stage["s04_segments"]))
    assert math.isclose(found["LIMIT"], decimal, rel_tol=0, abs_tol=0)
    assert found["N_SEGMENTS"] == whole


def test_what_differs_goes_into_a_cell_below_and_nothing_else_changes():
    cells = [("parameters", "A = 1  # one\nB = 'x'  # two"), ("code", "later = A")]
    book = fake_project.notebook(cells)
    filled = parameters.fill(book, {"A": 5, "B": "x"})
    assert notebook.code(filled) == [cells[0][1], "# Parameters\nA = 5\n", cells[1][1]]
    assert notebook.tagged(filled, "injected-parameters")["source"] == "# Parameters\nA = 5\n"
    assert notebook.code(book) == [source for _, source in cells]
    assert parameters.fill(book, {"A": 1, "B": "x"}) is book


def ran_with(filled):
    """Execute the first cells of a notebook as far as they set parameters: {name: value}."""
    found = {}
    for source in notebook.code(filled)[:2]:
        exec(source, {}, found)
    return found
