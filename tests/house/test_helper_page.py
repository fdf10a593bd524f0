"""docs/helper.md lists the verbs that notebooks call, as their docstrings tell them."""

import runpy

import house


def test_the_page_of_verbs_is_up_to_date():
    page = runpy.run_path(str(house.HOME / "docs" / "helper.py"))["page"]
    written = (house.HOME / "docs" / "helper.md").read_text(encoding="utf-8")
    assert written == page(), "python docs/helper.py"
