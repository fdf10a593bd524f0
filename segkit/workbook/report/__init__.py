"""Two documents of one run: a paper to decide by, and the workbook behind it.

Idea: `report.html` is the decision paper, read from the artefacts alone (`summary`, `paper`): one
page that answers, then segments, personas, plan, what is not known, quality and method.
`workbook.html` is the textbook: the executed notebooks as chapters (`chapters`, `prose`,
`markup`), code folded away. Both are put together by the templates beside this package, call
nothing outside and say so to the browser in a content security policy, and read without scripts;
the same run gives the same bytes. A run in which a notebook stopped with an error is refused.
"""

import base64
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

import segkit
from segkit.study import DOCUMENTS, StudyError, atomic
from segkit.workbook.report import formats

TEMPLATES = Path(__file__).parents[1] / "templates" / "report"
FILTERS = (
    formats.count, formats.share, formats.plain, formats.money, formats.quantity, formats.measure,
    formats.p_value, formats.day, formats.listed, formats.sentence,
)  # fmt: skip
"""How the templates write values; each takes what is missing, too."""


def build(run_path, study):
    """Join a run into its two self-contained `DOCUMENTS`; returns the path of the decision paper.

    `run_path` is the run folder (its `notebooks/NN_name.ipynb` executed, its artefacts beside
    them), `study` a `segkit.study.Study`. Each file is written atomically.
    Raises StudyError when a notebook holds an error, when none is there, when an artefact
    cannot be read or the folder cannot be written.
    """
    from segkit.workbook.report import chapters, moved, paper, summary

    folder = Path(run_path)
    facts = summary.gather(folder, study)
    parts = chapters.gather(folder / "notebooks", places=facts["places"])
    facts |= {"study": study, "chapters": parts, "has_workbook": True}
    told = paper.gather(facts, study=study)
    as_of = (facts["brief"].get("data") or {}).get("as_of")
    told["moved"] = moved.gather(folder, study, as_of=as_of)
    pages = {"report.html": render(template="paper.html.j2", **facts, **told)}
    pages["workbook.html"] = render(template="workbook.html.j2", **facts)
    for name in DOCUMENTS[::-1]:
        atomic(folder / name, pages[name].encode())
    return folder / DOCUMENTS[0]


def approach(content, *, stage, study):
    """Make one self-contained page of an executed notebook of the gallery; returns the HTML.

    `content` is the notebook, `stage` its name ("approaches/rfm"). Raises StudyError when it
    stopped with an error.
    """
    from segkit.workbook.report import chapters

    chapter = chapters.alone(stage, content)
    return render(template="approach.html.j2", study=study, chapter=chapter)


def pdf(run_path):
    """Print both `DOCUMENTS` of a run on A4; returns the paths of the PDF files.

    Needs the extra `pdf` (weasyprint, which needs the library Pango). Raises StudyError when
    one of them or a document is missing; a browser's "Print" gives the same pages.
    """
    folder = Path(run_path)
    if missing := [name for name in DOCUMENTS if not (folder / name).is_file()]:
        raise StudyError(f"runs/{folder.name}/{missing[0]} is not there yet. Make it: make report")
    printed = printer(folder.name)
    paths = [(folder / name).with_suffix(".pdf") for name in DOCUMENTS]
    for path in paths:
        atomic(path, printed(filename=str(path.with_suffix(".html"))).write_pdf())
    return paths


def printer(name):
    """Return weasyprint's `HTML`; raises StudyError that says what to install without it.

    Asked before a run begins, so that nobody waits for a PDF that cannot be made. `name`: of the
    run.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        reason = f"weasyprint found no Pango ({str(error).splitlines()[0]})"
        if isinstance(error, ImportError):
            reason = "weasyprint is not installed"
        raise StudyError(
            f"No PDF can be made: {reason}. Install the extra with: pip install 'segkit[pdf]' (it "
            "needs the library Pango: apt install libpango-1.0-0 libpangoft2-1.0-0, or brew "
            f"install pango). Or print from the browser: open runs/{name}/report.html, "
            "choose Print, then Save as PDF; the page is laid out for A4."
        ) from None
    return HTML


def render(*, template, **facts):
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
