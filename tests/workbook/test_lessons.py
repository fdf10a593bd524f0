"""Lessons that break things: of one shape, without segkit, and they show what is published."""

import re

import house
import programs
import pytest
import reading

from segkit.workbook import publish

LESSONS = publish.lessons()
SECTIONS = ["The mistake", "The tell-tale sign", "Right", "To carry away"]


@pytest.mark.parametrize("stage", LESSONS)
def test_a_lesson_is_ten_cells_prediction_mistake_sign_and_right(stage):
    prose = house.prose(stage)
    assert len(house.text(stage)["cells"]) == 10
    assert re.match(r"# Break it: [^\n]+\?\n", prose[0])
    assert "**Predict first, and write it down:**" in prose[0]
    assert re.findall(r"^## (.+)$", "\n".join(prose), re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("stage", LESSONS)
def test_every_part_shows_what_came_of_it_and_the_claim_is_asserted(stage):
    cells = [cell for cell in house.book(stage)["cells"] if cell["cell_type"] == "code"]
    shown = [[output["output_type"] for output in cell["outputs"]] for cell in cells]
    assert shown == [["execute_result"]] * (len(cells) - 1) + [[]]
    assert all(
        line.startswith("assert ") for line in "".join(cells[-1]["source"]).splitlines()[-2:]
    )


@pytest.mark.parametrize("stage", LESSONS)
def test_no_result_is_typed_into_prose_and_links_lead_somewhere(stage):
    text = "\n".join(house.prose(stage))
    assert not re.search(r"\d\.\d|\d{4,}|\d ?%", text)
    links = re.findall(r"\]\(([^)]+)\)", text)
    folder = house.HOME / "notebooks" / "lessons"
    assert links
    assert all((folder / link).is_file() for link in links)


def test_lessons_add_no_name_of_segkit_for_a_reader_to_learn():
    assert not reading.names([reading.BOOKS / f"{stage}.py" for stage in LESSONS])


@pytest.mark.slow
@pytest.mark.parametrize("stage", LESSONS)
def test_what_a_lesson_claims_holds(stage):
    exec("\n".join(house.code_cells(stage)), {})


@pytest.mark.slow
def test_executed_again_it_shows_what_is_published():
    done = programs.nbval(house.HOME / "notebooks" / "lessons" / "duplicates.ipynb")
    assert done.returncode == 0, done.stdout[-3000:]


def test_they_are_published_by_name_or_all_at_once(capsys):
    assert publish.main(["--check", "lessons"]) == 0
    assert publish.main(["--check", LESSONS[0]]) == 0
    assert set(LESSONS) < set(publish.everything())
