"""One Wilson, one Holm, one Lorenz: no other room brings its own statistics."""

import ast

from house import FILES, label, room, tree

OURS = {
    "wilson", "holm", "fisher", "lorenz", "gini", "top_share", "arm_size", "two_shares",
    "bootstrap", "lift", "distinctive", "proportion_interval", "mean_interval", "survey_size",
}  # fmt: skip
"""Names that are defined once, in `segkit/evidence`."""

THEIRS = {
    "NormalDist", "proportion_confint", "multipletests", "fisher_exact", "proportions_ztest",
    "samplesize_proportions_2indep_onetail", "false_discovery_control", "hypergeom",
}  # fmt: skip
"""Library calls that are another copy of the same."""

ELSEWHERE = [path for path in FILES if room(path) != "evidence"]


def named(path):
    """Return the names a file uses or imports."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
                yield name


def defined(path):
    """Return the functions of a module (its methods may show them), without leading underscore."""
    kinds = [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]
    return {node.name.lstrip("_") for node in kinds}


def running_shares(path):
    """Return lines such as `np.cumsum(values) / values.sum()`: a Lorenz curve by hand."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            above, below = ast.unparse(node.left), ast.unparse(node.right)
            if "np.cumsum(" in above and ("sum()" in below or "total" in below):
                yield node.lineno


def test_each_has_one_definition():
    found = {label(path): defined(path) & OURS for path in ELSEWHERE}
    assert {name: copies for name, copies in found.items() if copies} == {}


def test_no_room_calls_a_library_for_what_evidence_answers():
    found = {label(path): set(named(path)) & THEIRS for path in ELSEWHERE}
    assert {name: copies for name, copies in found.items() if copies} == {}


def test_no_room_draws_its_own_concentration_curve():
    found = {label(path): list(running_shares(path)) for path in ELSEWHERE}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_copy_would_be_found(tmp_path):
    copy = tmp_path / "copy.py"
    copy.write_text("def _wilson(x):\n    return np.cumsum(x) / x.sum() + NormalDist().cdf(x)\n")
    assert defined(copy) & OURS == {"wilson"}
    assert set(named(copy)) & THEIRS == {"NormalDist"}
    assert list(running_shares(copy)) == [2]
