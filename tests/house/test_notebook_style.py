"""Notebooks and modules look alike, so that knowing one is knowing all."""

import ast
import json
import re
import statistics
from pathlib import Path

import pytest

import segkit
from segkit.study import ARTEFACTS, STAGES, studies
from segkit.workbook import gallery, notebook, parameters, publish

PACKAGE = Path(segkit.__file__).parent
HOME = PACKAGE.parent
SECTIONS = (
    "What we learned",
    "Checks",
    "Write",
    "The same step in five lines",
    "Exercises",
    "Sources and next",
)
SIZE = 300_000
ADDRESS = re.compile(r"0x[0-9a-f]{6,}|/(home|root|Users|tmp|mnt|var)/|//(127|localhost)")
CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d")

GALLERY = gallery.stages()

each_notebook = pytest.mark.parametrize("stage", [*STAGES, *GALLERY])
each_of_the_chain = pytest.mark.parametrize("stage", STAGES)
each_module = pytest.mark.parametrize(
    "path",
    [pytest.param(p, id=str(p.relative_to(PACKAGE))) for p in sorted(PACKAGE.rglob("*.py"))],
)


def text(stage):
    return notebook.read(HOME / "notebooks" / "src" / f"{stage}.py")


def book(stage):
    return notebook.read(HOME / "notebooks" / f"{stage}.ipynb")


def code_cells(stage):
    return [cell["source"] for cell in text(stage)["cells"] if cell["cell_type"] == "code"]


def prose(stage):
    return [cell["source"] for cell in text(stage)["cells"] if cell["cell_type"] == "markdown"]


def lines(source):
    """Count the lines that do something."""
    return len([x for x in source.splitlines() if x.strip() and not x.strip().startswith("#")])


# ------------------------------------------------------------------ the text sources


@each_notebook
def test_it_opens_with_a_question_and_what_it_reads_writes_and_lets_set(stage):
    opening = prose(stage)[0]
    title = opening.splitlines()[0]
    number = rf"{int(stage[:2])}\. " if stage in STAGES else ""
    assert re.fullmatch(rf"# {number}.+\?", title)
    for word in ("Reads", "Writes", "You set"):
        assert re.search(rf"\|[^\n]*{word}", opening), word
    assert re.search(r"you will be able to", opening, re.IGNORECASE)
    assert len(re.findall(r"^- ", opening, re.MULTILINE)) == 3
    assert "minute" in opening


@each_notebook
def test_its_parameters_are_literals_in_capitals_with_a_comment_each(stage):
    content = text(stage)
    found = parameters.declared(content)
    assert next(iter(found)) == "STUDY"
    assert found["STUDY"].value in (["grocery"] if stage in STAGES else studies())
    for name, parameter in found.items():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", name)
        assert len(parameter.comment) > 5, f"{name} needs a comment: unit and range"
    first = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    assert first["metadata"].get("tags") == ["parameters"]


def test_a_parameter_of_two_notebooks_has_one_default_type():
    kinds = {}
    for stage in STAGES:
        for name, parameter in parameters.declared(text(stage)).items():
            assert kinds.setdefault(name, type(parameter.value)) is type(parameter.value), name


@each_notebook
def test_every_parameter_is_used(stage):
    code = "\n".join(code_cells(stage)[1:])
    for name in parameters.declared(text(stage)):
        assert re.search(rf"\b{name}\b", code), f"{name} is set but not used"


@each_notebook
def test_inputs_come_first(stage):
    second = code_cells(stage)[1]
    assert second.startswith("import segkit\n")
    assert f'segkit.open_run(STUDY, stage="{stage}")' in "\n".join(code_cells(stage)[1:3])


@each_notebook
def test_it_closes_with_the_same_sections_in_the_same_order(stage):
    found = re.findall(r"^## (.+)$", "\n".join(prose(stage)), re.MULTILINE)
    places = [found.index(section) for section in SECTIONS if section in found]
    assert [found[place] for place in places] == list(SECTIONS)
    assert places == sorted(places)


@each_notebook
def test_its_rhythm_is_short_cells_between_sentences(stage):
    kinds = [cell["cell_type"] for cell in text(stage)["cells"]]
    sizes = [lines(source) for source in code_cells(stage)]
    least, most = (20, 35) if stage in STAGES else (14, 30)
    assert least <= len(kinds) <= most, f"{len(kinds)} cells"
    assert statistics.median(sizes) <= 4, f"median {statistics.median(sizes)} lines"
    assert max(sizes) <= 15, f"{max(sizes)} lines"
    runs = [part for part in re.split("m", "".join(kind[0] for kind in kinds)) if part]
    assert max(map(len, runs)) <= 2, "three code cells in a row"


@each_notebook
def test_its_code_decides_and_segkit_computes(stage):
    for source in code_cells(stage):
        assert not re.search(r"^\s*[%!]", source, re.MULTILINE), "a magic or a shell command"
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef)
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in {"print", "exec", "eval"}


@each_notebook
def test_it_asserts_its_invariants(stage):
    asserts = [
        n for s in code_cells(stage) for n in ast.walk(ast.parse(s)) if isinstance(n, ast.Assert)
    ]
    assert len(asserts) >= 2


@each_notebook
def test_no_result_is_typed_into_prose(stage):
    for source in prose(stage):
        numbers = re.findall(r"(?<![\w.`=*-])\d[\d,]{3,}(?![\w`])", source)
        years = [n for n in numbers if re.fullmatch(r"(19|20)\d\d", n)]
        assert sorted(numbers) == sorted(years), f"{numbers} in: {source[:80]}"


@pytest.mark.parametrize("stage", GALLERY)
def test_an_approach_leaves_its_definition(stage):
    assert f'"{stage}.json"' in "\n".join(code_cells(stage))


@each_of_the_chain
def test_what_it_says_it_writes_it_writes(stage):
    code = "\n".join(code_cells(stage))
    for name in (name for name, maker in ARTEFACTS.items() if maker == stage):
        assert name in prose(stage)[0], f"{name} is not in the opening table"
        assert name in code, f"{name} is never written"


# ------------------------------------------------------------------ the published notebooks


def test_text_and_notebooks_agree():
    assert publish.disagreements() == []


@each_notebook
def test_it_was_executed_in_order_and_nothing_went_wrong(stage):
    cells = [c for c in book(stage)["cells"] if c["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert kinds <= {"execute_result", "display_data"}, f"{kinds}: prints, warnings or errors"


@each_notebook
def test_it_is_small_and_says_nothing_of_machine_or_clock(stage):
    path = HOME / "notebooks" / f"{stage}.ipynb"
    assert path.stat().st_size <= SIZE
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        for output in cell.get("outputs", ()):
            data = {k: v for k, v in output.get("data", {}).items() if k != "image/png"}
            shown = json.dumps(data)
            assert not ADDRESS.search(shown), ADDRESS.search(shown)[0]
            assert not CLOCK.search(shown)
            assert set(output.get("metadata", {})) <= {"image/png"}
        assert set(cell["metadata"]) <= {"tags"}


@each_notebook
def test_every_figure_has_words_for_those_who_cannot_see_it(stage):
    for cell in book(stage)["cells"]:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                words = "".join(output["data"]["text/plain"])
                assert len(words) > 40, words
                assert output["metadata"]["image/png"]["alt"] == words


# ------------------------------------------------------------------ the modules


def functions(path):
    return [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def is_command(function):
    """Commands of the command line have an argument per option."""
    return any("app." in ast.unparse(decorator) for decorator in function.decorator_list)


@each_module
def test_functions_take_at_most_five_arguments_and_tell_them_apart(path):
    for function in functions(path):
        given = function.args
        known = [a.arg for a in [*given.posonlyargs, *given.args] if a.arg not in ("self", "cls")]
        total = len(known) + len(given.kwonlyargs)
        assert total <= 5 or is_command(function), f"{function.name} takes {total} arguments"


@each_module
def test_functions_fit_a_screen(path):
    for function in functions(path):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        size = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        assert size <= 40, f"{function.name} has {size} lines"


@each_module
def test_modules_open_with_a_design_note_and_explain_what_is_public(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert len(ast.get_docstring(tree) or "") > 40
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
            assert len(ast.get_docstring(node) or "") > 15, node.name


@each_module
def test_modules_keep_the_house_rules(path):
    source = path.read_text(encoding="utf-8")
    assert path.name not in {"utils.py", "helpers.py", "common.py", "misc.py"}
    banned = (r"(?<!\.)\bprint\(", "filterwarnings", r"sys\.path\b", r"^\s*global ", r"\beval\(")
    for word in banned:
        assert not re.search(word, source, re.MULTILINE), word
    assert not re.search(r"np\.random\.(?!default_rng|Generator|SeedSequence)\w", source)


def test_names_do_not_repeat_the_module():
    for path in sorted(PACKAGE.rglob("*.py")):
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(function, ast.FunctionDef) and function.name[0] != "_":
                own = path.stem.rstrip("s")
                assert not re.match(rf"{own}_", function.name), f"{path.name}: {function.name}"


def test_no_file_leads_out_of_the_project():
    outside = re.compile(
        r"""(?<![\w.:}*])/(home|root|Users|mnt|work|srv)/\w|\.\./(?!runs/)[a-z]\w+"""
    )
    kinds = ("*.py", "*.md", "*.yaml", "*.yml", "*.toml", "*.lock", "*.html", "*.css", "*.ipynb")
    folders = ("segkit", "notebooks", "studies", "tests", "benchmarks", "data")
    paths = [path for kind in kinds for folder in folders for path in (HOME / folder).rglob(kind)]
    paths += [HOME / "Makefile", *(path for kind in kinds for path in HOME.glob(kind))]
    for path in paths:
        found = outside.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(HOME)}: {found[0]}"
