"""Notebooks look alike, so that knowing one is knowing all: one case per rule, offenders listed."""

import ast
import json
import re
import statistics

import house
import reading

from segkit.study import ARTEFACTS, STAGES, studies
from segkit.workbook import parameters, publish

SECTIONS = ("What we learned", "Checks", "Write", "The same step in five lines", "Exercises",
            "Sources and next")  # fmt: skip
SIZE = 300_000
ADDRESS = re.compile(r"0x[0-9a-f]{6,}|/(home|root|Users|tmp|mnt|var)/|//(127|localhost)")
CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d")
NAMES, NAMES_OF_THE_CHAIN = 220, 98
"""Most names of segkit that a reader meets, of all notebooks and of the chain."""


def trees(stage):
    return [ast.parse(cell) for cell in house.code_cells(stage)]


def offenders(rule):
    """List the notebooks a rule speaks against, with what it says: {notebook: words}."""
    told = {stage: rule(stage) for stage in house.BOOKS}
    return {stage: words for stage, words in told.items() if words}


# ------------------------------------------------------------------ the text sources


def test_it_opens_with_a_question_and_what_it_reads_writes_and_lets_set():
    def lacks(stage):
        opening = house.prose(stage)[0]
        number = rf"{int(stage[:2])}\. " if stage in STAGES else ""
        parts = [rf"\A# {number}.+\?$", r"you will be able to", r"minute"]
        parts += [rf"\|[^\n]*{word}" for word in ("Reads", "Writes", "You set")]
        missing = [p for p in parts if not re.search(p, opening, re.IGNORECASE | re.MULTILINE)]
        verbs = len(re.findall(r"^- ", opening, re.MULTILINE))
        return missing + [f"{verbs} verbs"] * (verbs != 3)

    assert offenders(lacks) == {}


def test_its_parameters_are_literals_in_capitals_with_a_comment_each():
    def wrong(stage):
        found = parameters.declared(house.text(stage))
        known = ["grocery"] if stage in STAGES else studies()
        bad = [n for n, p in found.items() if not re.fullmatch(r"[A-Z][A-Z0-9_]*", n)]
        bad += [f"{n} needs a comment" for n, p in found.items() if len(p.comment) <= 5]
        first = next(c for c in house.text(stage)["cells"] if c["cell_type"] == "code")
        bad += ["the first cell is not tagged"] * (first["metadata"].get("tags") != ["parameters"])
        bad += ["STUDY comes first"] * (next(iter(found)) != "STUDY")
        return bad + ["STUDY is no study"] * (found["STUDY"].value not in known)

    assert offenders(wrong) == {}


def test_a_parameter_of_two_notebooks_has_one_default_type():
    kinds = {}
    for stage in STAGES:
        for name, parameter in parameters.declared(house.text(stage)).items():
            assert kinds.setdefault(name, type(parameter.value)) is type(parameter.value), name


def test_every_parameter_is_used():
    def idle(stage):
        code = "\n".join(house.code_cells(stage)[1:])
        names = parameters.declared(house.text(stage))
        return [name for name in names if not re.search(rf"\b{name}\b", code)]

    assert offenders(idle) == {}


def test_inputs_come_first():
    def late(stage):
        cells = house.code_cells(stage)
        opened = f'segkit.open_run(STUDY, stage="{stage}")' in "\n".join(cells[1:3])
        return not (cells[1].startswith("import segkit\n") and opened)

    assert offenders(late) == {}


def test_it_closes_with_the_same_sections_in_the_same_order():
    def other(stage):
        found = re.findall(r"^## (.+)$", "\n".join(house.prose(stage)), re.MULTILINE)
        return [name for name in found if name in SECTIONS] != list(SECTIONS)

    assert offenders(other) == {}


def test_its_rhythm_is_short_cells_between_sentences():
    def uneven(stage):
        kinds = [cell["cell_type"] for cell in house.text(stage)["cells"]]
        sizes = [house.lines(cell) for cell in house.code_cells(stage)]
        least, most = (20, 35) if stage in STAGES else (14, 30)
        runs = [part for part in re.split("m", "".join(kind[0] for kind in kinds)) if part]
        told = [f"{len(kinds)} cells"] * (not least <= len(kinds) <= most)
        told += [f"median {statistics.median(sizes)} lines"] * (statistics.median(sizes) > 4)
        told += [f"a cell of {max(sizes)} lines"] * (max(sizes) > 15)
        return told + ["three code cells in a row"] * (max(map(len, runs)) > 2)

    assert offenders(uneven) == {}


def test_a_cell_tells_and_does_not_branch():
    found = {s: sum(map(reading.conditions, house.code_cells(s))) for s in house.BOOKS}
    assert {stage: n for stage, n in found.items() if n} == {}


def test_a_line_says_one_thing():
    found = {s: sum(map(reading.bundled, house.code_cells(s))) for s in house.BOOKS}
    assert {stage: n for stage, n in found.items() if n} == {}


def test_a_reader_meets_few_names():
    books = sorted(reading.BOOKS.rglob("*.py"))
    assert len(reading.names(books)) <= NAMES
    assert len(reading.names([b for b in books if b.parent == reading.BOOKS])) <= NAMES_OF_THE_CHAIN


def test_its_code_decides_and_segkit_computes():
    def does_more(stage):
        nodes = [node for tree in trees(stage) for node in ast.walk(tree)]
        called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        made = [n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        return made + sorted(called & {"print", "exec", "eval"})

    assert offenders(does_more) == {}


def test_it_asserts_its_invariants():
    def few(stage):
        nodes = [node for tree in trees(stage) for node in ast.walk(tree)]
        return sum(isinstance(node, ast.Assert) for node in nodes) < 2

    assert offenders(few) == {}


def test_no_result_is_typed_into_prose():
    def typed(stage):
        text = "\n".join(house.prose(stage))
        numbers = re.findall(r"(?<![\w.`=*-])\d[\d,]{3,}(?![\w`])", text)
        return [n for n in numbers if not re.fullmatch(r"(19|20)\d\d", n)]

    assert offenders(typed) == {}


def test_what_it_says_passes_the_one_escape():
    """`plots.words` makes words of what a file holds; Markdown and HTML shown at once run it."""

    def bare(stage):
        names = {n.id for tree in trees(stage) for n in ast.walk(tree) if isinstance(n, ast.Name)}
        return names & {"Markdown", "HTML", "Javascript"}

    assert offenders(bare) == {}


def test_an_approach_leaves_its_definition():
    for stage in house.GALLERY:
        assert f'"{stage}' in "\n".join(house.code_cells(stage)), stage


def test_what_the_chain_says_it_writes_it_writes():
    for name, stage in ARTEFACTS.items():
        assert name in house.prose(stage)[0], f"{name} is not in the opening table of {stage}"
        assert name in "\n".join(house.code_cells(stage)), f"{stage} never writes {name}"


# ------------------------------------------------------------------ the published notebooks


def test_text_and_notebooks_agree():
    assert publish.disagreements() == []


def test_it_was_executed_in_order_and_nothing_went_wrong():
    def broken(stage):
        cells = [cell for cell in house.book(stage)["cells"] if cell["cell_type"] == "code"]
        kinds = {output["output_type"] for output in house.outputs(stage)}
        counts = [cell["execution_count"] for cell in cells]
        wrong = ["not in order"] * (counts != list(range(1, len(cells) + 1)))
        return wrong + sorted(kinds - {"execute_result", "display_data"})

    assert offenders(broken) == {}


def test_it_is_small_and_says_nothing_of_machine_or_clock():
    def tells(stage):
        size = (house.HOME / "notebooks" / f"{stage}.ipynb").stat().st_size
        shown = [{k: v for k, v in o.get("data", {}).items() if k != "image/png"}
                 for o in house.outputs(stage)]  # fmt: skip
        text = json.dumps(shown)
        found = [each[0] for each in (ADDRESS.search(text), CLOCK.search(text)) if each]
        found += [f"{size} bytes"] * (size > SIZE)
        extra = {key for o in house.outputs(stage) for key in o.get("metadata", {})}
        tags = {key for cell in house.book(stage)["cells"] for key in cell["metadata"]}
        return found + sorted((extra - {"image/png"}) | (tags - {"tags"}))

    assert offenders(tells) == {}


def test_every_figure_has_words_for_those_who_cannot_see_it():
    def silent(stage):
        pictures = [o for o in house.outputs(stage) if "image/png" in o.get("data", {})]
        words = [("".join(o["data"]["text/plain"]), o["metadata"]) for o in pictures]
        return [w for w, m in words if len(w) <= 40 or m["image/png"]["alt"] != w]

    assert offenders(silent) == {}
