"""Count what a reader of the notebooks and of `segkit` meets: the house in figures.

    python benchmarks/reading.py [--names]

Conditions in notebook cells, names of `segkit` that notebooks use directly (all, and the seven of
the chain), lines and statements of a code cell, lines of code without docstrings, comments and
blanks, and circles among modules. `--names` lists the names. Nothing is run, all is read.
"""

import ast
import io
import statistics
import sys
import tokenize
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
BOOKS = HOME / "notebooks" / "src"


def main():
    books = sorted(BOOKS.rglob("*.py"))
    chain = [path for path in books if path.parent == BOOKS]
    cells = [cell for path in books for cell in code(path)]
    print(f"conditional expressions in notebooks  {sum(map(conditions, cells))}")
    print(f"lines of notebook code                {sum(len(used_lines(c)) for c in cells)}")
    print(f"median and longest code cell          {spread(cells)} lines")
    print(f"lines with more than one statement    {sum(map(bundled, cells))}")
    print(f"names of segkit used by notebooks     {len(names(books))}")
    print(f"names of segkit used by the chain     {len(names(chain))}")
    print(f"lines of code in segkit               {sum(map(lines, package()))}")
    print(f"circles among modules                 {circles() or 'none'}")
    if "--names" in sys.argv:
        print("\n".join(sorted(names(books))))


def package():
    """List the files of segkit."""
    return sorted((HOME / "segkit").rglob("*.py"))


def code(path):
    """List the code cells of a notebook source as text."""
    parts = path.read_text(encoding="utf-8").split("\n# %%")[1:]
    parts = [part.partition("\n") for part in parts]
    return [body for head, _, body in parts if "[markdown]" not in head]


def conditions(source):
    """Count `a if b else c` in a cell, and `if` in its comprehensions."""
    return sum(isinstance(node, ast.IfExp) for node in ast.walk(ast.parse(source)))


def used_lines(source):
    """List the lines that do something."""
    return [x for x in source.splitlines() if x.strip() and not x.strip().startswith("#")]


def spread(cells):
    """Say the median and the largest number of lines."""
    sizes = [len(used_lines(cell)) for cell in cells]
    return f"{statistics.median(sizes):g} and {max(sizes)}"


def bundled(source):
    """Count assignments of several values to several names in one line."""
    tree, pairs = ast.parse(source), (ast.Tuple, ast.List)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    both = [n for n in found if isinstance(n.targets[0], pairs) and isinstance(n.value, pairs)]
    return len(both) + len(tree.body) - len({node.lineno for node in tree.body})


def names(paths):
    """Collect the definitions of segkit that notebooks name: segkit.goals.smart and the like."""
    found = set()
    for path in paths:
        tree = ast.parse("\n".join(code(path)))
        known = imported(tree)
        found |= {known[name] for name in known}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and (told := dotted(node, known)):
                found.add(told)
    whole = {name for name in found if not any(other.startswith(f"{name}.") for other in found)}
    return {name for name in whole if not module(name)}


def modules(source):
    """List the modules a cell imports."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    return plain | {n.module for n in nodes if isinstance(n, ast.ImportFrom)}


def imported(tree):
    """Map the names a notebook imports from segkit to what they are."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname or a.name: a.name for a in node.names if a.name == "segkit"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("segkit"):
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def dotted(node, known):
    """Write `plots.segments.shares` as the definition it names, as far as modules go."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in known:
        return None
    told = known[node.id]
    for part in reversed(parts):
        if not module(told):
            return told
        told = f"{told}.{part}"
    return told


def module(name):
    """Tell whether a dotted name is a file or folder of the package."""
    path = HOME.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def lines(path):
    """Count the lines of code of a file: no blanks, no comments, no docstrings."""
    text = path.read_text(encoding="utf-8")
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            found |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", ())
        for each in body if isinstance(body, list) else ():
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
                found -= set(range(each.lineno, each.end_lineno + 1))
    return len(found)


SILENT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
          tokenize.ENDMARKER)  # fmt: skip


def circles():
    """List the groups of modules that import each other, also inside functions."""
    files = {modular(path): path for path in package()}
    arrows = {name: uses(path, files) - {name} for name, path in files.items()}
    reach = {name: reached(name, arrows) for name in arrows}
    return {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in arrows
        if name in reach[name]
    }


def modular(path):
    """Write a file as a module: segkit.goals.smart."""
    return ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__")


def uses(path, files):
    """List the modules a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in files else node.module for name in whole.values()}
    return found & set(files)


def reached(name, arrows):
    """Collect all modules that can be reached from one by imports."""
    seen, todo = set(), list(arrows[name])
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += arrows[one]
    return seen


if __name__ == "__main__":
    main()
