"""The notebooks of the gallery, each executed once per study: they show what is published.

On a study that is not their own example they may refuse, in words.
"""

import re

import programs
import pytest

from segkit.workbook import gallery, notebook, publish

pytestmark = pytest.mark.slow

PUBLISHED = programs.HOME / "notebooks" / "approaches"
LISTED = gallery.listing()
ALL = {row["approach"] for row in LISTED}
OWN = {study: {row["approach"] for row in LISTED if row["study"] == study}
       for study in ("grocery", "b2b", "online_shop", "email_test")}  # fmt: skip
EVERYWHERE = ("b2b",)
"""The study on which every approach is tried: it lacks most. On the others, their own examples."""


@pytest.fixture(scope="module", params=OWN)
def shown(request, tmp_path_factory):
    """A study, and the folder with the copies and pages of what was executed on it."""
    study, runs = request.param, tmp_path_factory.mktemp("runs")
    names = ALL if study in EVERYWHERE else OWN[study]
    done = programs.segkit("approach", *sorted(names), "--study", study, SEGKIT_RUNS=runs)
    assert done.returncode == 0, done.stdout + done.stderr
    return study, runs / study / "approaches", names


def told(path):
    """List what the cells of a notebook show, as text; pictures by the words beside them."""
    cells = publish.scrubbed(path.stem, notebook.read(path))["cells"]
    return [[_text(output) for output in cell.get("outputs", ())] for cell in cells]


def _text(output):
    parts = {**output, **output.get("data", {})}
    left_out = ("data", "metadata", "execution_count", *publish.PICTURES)
    return {key: "".join(part) for key, part in parts.items() if key not in left_out}


DECIMAL = re.compile(r"(?<![\w.])[-−]?\d[\d,]*\.\d+(?!\w)")


def words(shown):
    """Give what is shown without its decimals."""
    return re.sub(r"(?<![\w.])-0(?![\d.])", "0", DECIMAL.sub("#", repr(shown)))


def decimals(shown):
    """List the decimals of what is shown; whole numbers are compared as words."""
    found = DECIMAL.findall(repr(shown))
    return [float(text.replace(",", "").replace("−", "-")) for text in found]


def test_every_notebook_has_its_example_among_these_studies():
    assert set().union(*OWN.values()) == ALL


def test_every_approach_leaves_a_page_or_says_what_it_cannot(shown):
    _, folder, names = shown
    assert {path.stem for path in folder.glob("*.html")} >= names


def test_every_approach_shows_what_is_published(shown):
    study, folder, _ = shown
    for name in sorted(OWN[study]):
        copy, book = (told(home / f"{name}.ipynb") for home in (folder, PUBLISHED))
        assert words(copy) == words(book), name
        # an optimiser ends elsewhere in the fifth digit on another processor
        assert decimals(copy) == pytest.approx(decimals(book), rel=1e-4, abs=1e-9), name
