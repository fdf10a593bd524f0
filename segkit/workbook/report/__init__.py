"""The report: one HTML file that a head of marketing can open, print and pass on.

Idea: first page an executive summary read from the artefacts (`summary`), then the executed
notebooks as chapters (`chapters`, `prose`, `markup`), all put into one page by the templates
beside this package. The file calls nothing outside, and says so to the browser in a content
security policy; it reads without scripts; the same run gives the same bytes. It refuses a run
in which a notebook stopped with an error.
"""

import base64
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

import segkit
from segkit.study import StudyError, atomic
from segkit.workbook.report import formats

TEMPLATES = Path(__file__).parents[1] / "templates" / "report"
FILTERS = (
    formats.count, formats.share, formats.plain, formats.money, formats.quantity, formats.measure,
    formats.p_value, formats.day, formats.listed, formats.sentence,
)  # fmt: skip
"""How the templates write values; each takes what is missing, too."""


def build(run_path, study):
    """Join a run into one self-contained `report.html`.

    `run_path` is the run folder (its `notebooks/NN_name.ipynb` executed, its artefacts beside
    them), `study` a `segkit.study.Study`. Returns the path of the report, written atomically.
    Raises StudyError when a notebook holds an error, when none is there, when an artefact
    cannot be read or the folder cannot be written.
    """
    from segkit.workbook.report import chapters, summary

    folder = Path(run_path)
    facts = summary.gather(folder, study)
    parts = chapters.gather(folder / "notebooks", places=facts["places"])
    page = render(study=study, chapters=parts, **facts)
    path = folder / "report.html"
    atomic(path, page.encode())
    return path


def approach(content, *, stage, study):
    """Make one self-contained page of an executed notebook of the gallery; returns the HTML.

    `content` is the notebook, `stage` its name ("approaches/rfm"). Raises StudyError when it
    stopped with an error.
    """
    from segkit.workbook.report import chapters

    chapter = chapters.alone(stage, content)
    return render(template="approach.html.j2", study=study, chapter=chapter)


def pdf(run_path):
    """Print a run's `report.html` to `report.pdf` on A4; returns its path.

    Needs the extra `pdf` (weasyprint, which needs the library Pango). Raises StudyError when
    one of them or the report is missing; a browser's "Print" gives the same pages.
    """
    folder = Path(run_path)
    source = folder / "report.html"
    if not source.is_file():
        raise StudyError(f"runs/{folder.name}/report.html is not there yet. Make it: make report")
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        reason = f"weasyprint found no Pango ({str(error).splitlines()[0]})"
        if isinstance(error, ImportError):
            reason = "weasyprint is not installed"
        raise StudyError(
            f"No PDF was made: {reason}. Install the extra with: pip install 'segkit[pdf]' (it "
            "needs the library Pango: apt install libpango-1.0-0 libpangoft2-1.0-0, or brew "
            f"install pango). Or print from the browser: open runs/{folder.name}/report.html, "
            "choose Print, then Save as PDF; the page is laid out for A4."
        ) from None
    path = folder / "report.pdf"
    atomic(path, HTML(filename=str(source)).write_pdf())
    return path


def render(*, template="page.html.j2", **facts):
    """Fill a page's templates and return the HTML as one string."""
    settings = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    settings |= {"undefined": jinja2.ChainableUndefined}
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), **settings)
    environment.filters.update({rule.__name__: _tolerant(rule) for rule in FILTERS})
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    policy = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    inside = {"script": Markup(script), "script_sha": policy, "version": segkit.__version__}
    return environment.get_template(template).render(**facts, **inside)


def _tolerant(rule):
    """Hand a key that is not in an artefact to the rule as None."""

    def write(value, *rest):
        given = (None if isinstance(one, jinja2.Undefined) else one for one in (value, *rest))
        return rule(*given)

    return write
