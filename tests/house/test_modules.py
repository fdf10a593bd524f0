"""Modules look alike, so that knowing one is knowing all: one case per rule and room."""

import ast
import importlib
import inspect
import re

import house
import pytest
import reading

each_room = pytest.mark.parametrize("room", house.ROOMS)

BANNED = (r"(?<!\.)\bprint\(", "filterwarnings", r"sys\.path\b", r"^\s*global ", r"\beval\(",
          r"np\.random\.(?!default_rng|Generator|SeedSequence)\w")  # fmt: skip


def is_command(function):
    """Commands of the command line have an argument per option."""
    return any("app." in ast.unparse(decorator) for decorator in function.decorator_list)


def arguments(function):
    given = function.args
    known = [a.arg for a in [*given.posonlyargs, *given.args] if a.arg not in ("self", "cls")]
    return len(known) + len(given.kwonlyargs)


def screenful(function):
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def each_function(room):
    return [(path, function) for path in house.of(room) for function in house.functions(path)]


@each_room
def test_functions_take_at_most_five_arguments(room):
    found = [(p, f) for p, f in each_function(room) if arguments(f) > 5 and not is_command(f)]
    assert [f"{house.label(p)}: {f.name} takes {arguments(f)}" for p, f in found] == []


@each_room
def test_functions_fit_a_screen(room):
    found = [(p, f) for p, f in each_function(room) if screenful(f) > 40]
    assert [f"{house.label(p)}: {f.name} has {screenful(f)} lines" for p, f in found] == []


@each_room
def test_modules_open_with_a_design_note_and_explain_what_is_public(room):
    silent = []
    for path in house.of(room):
        tree = house.tree(path)
        silent += [house.label(path)] * (len(ast.get_docstring(tree) or "") <= 40)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
                short = len(ast.get_docstring(node) or "") <= 15
                silent += [f"{house.label(path)}: {node.name}"] * short
    assert silent == []


@each_room
def test_nothing_prints_evaluates_or_changes_what_is_global(room):
    for path in house.of(room):
        for word in BANNED:
            found = re.search(word, house.source(path), re.MULTILINE)
            assert not found, f"{house.label(path)}: {found and found[0]}"


@each_room
def test_names_do_not_repeat_the_module(room):
    for path in house.of(room):
        own = path.stem.rstrip("s")
        for node in house.tree(path).body:
            if isinstance(node, ast.FunctionDef) and node.name[0] != "_":
                assert not re.match(rf"{own}_", node.name), f"{house.label(path)}: {node.name}"


@each_room
def test_a_name_of_a_room_is_either_a_module_or_a_function(room):
    for path in (path for path in house.of(room) if path.name == "__init__.py"):
        beside = {each.stem for each in path.parent.iterdir()} - {"__init__", "__pycache__"}
        whole = ".".join(["segkit", *path.parent.relative_to(house.PACKAGE).parts])
        here = importlib.import_module(whole)
        shadowed = {n for n in beside if not inspect.ismodule(getattr(here, n, inspect))}
        assert shadowed == set(), house.label(path)


def attribute(module, name):
    return getattr(importlib.import_module(module), name)


def test_a_file_is_called_by_what_it_holds():
    vague = {"utils", "helpers", "common", "misc", "words", "wording"}
    assert [house.label(path) for path in house.FILES if path.stem in vague] == []


def verbs():
    """List the functions and classes of segkit that notebooks call, with what they are."""
    found = {}
    for name in sorted(reading.names(sorted(reading.BOOKS.rglob("*.py")))):
        home, _, last = name.rpartition(".")
        value = attribute(home, last)
        if inspect.isfunction(value) or inspect.isclass(value):
            found[name] = value
    return found


def test_the_verbs_a_notebook_calls_say_what_goes_in_what_comes_out_and_show_it():
    lacking = []
    for name, verb in verbs().items():
        told = inspect.getdoc(verb) or ""
        takes = list(inspect.signature(verb).parameters)
        wanted = ["Examples\n--"] + ["Parameters\n--"] * bool(takes)
        wanted += ["Returns\n--"] * (not inspect.isclass(verb))
        lacking += [f"{name}: {word[:-3]}" for word in wanted if word not in told]
    assert lacking == []


def test_no_file_leads_out_of_the_project():
    outside = re.compile(
        r"""(?<![\w.:}*])/(home|root|Users|mnt|work|srv)/\w|\.\./(?!runs/)[a-z]\w+"""
    )
    kinds = ("*.py", "*.md", "*.yaml", "*.yml", "*.toml", "*.lock", "*.html", "*.css", "*.ipynb")
    folders = ("segkit", "notebooks", "studies", "tests", "benchmarks", "data", "docs")
    paths = [p for kind in kinds for folder in folders for p in (house.HOME / folder).rglob(kind)]
    paths += [house.HOME / "Makefile", *(p for kind in kinds for p in house.HOME.glob(kind))]
    for path in paths:
        found = outside.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(house.HOME)}: {found[0]}"
