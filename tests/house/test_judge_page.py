"""docs/judge.ipynb shows `validation.judge` in ten cells: it is its text, executed to the end."""

import json

import house
import jupytext

BOOK = house.HOME / "docs" / "judge.ipynb"


def test_the_page_on_judging_anything_is_its_text_executed():
    book = json.loads(BOOK.read_text(encoding="utf-8"))
    text = jupytext.read(BOOK.with_suffix(".py"))
    cells = ["".join(cell["source"]).strip() for cell in book["cells"]]
    assert cells == [cell["source"].strip() for cell in text["cells"]]
    assert len(cells) == 10
    kinds = [o["output_type"] for cell in book["cells"] for o in cell.get("outputs", ())]
    assert "error" not in kinds
    assert kinds.count("execute_result") == 3
