"""One set of dependencies, written down three times: for pip, for conda, pinned."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

HOME = Path(__file__).parents[2]
CONDA = {"ibis-framework[duckdb]": "ibis-duckdb", "playwright": "playwright-python"}
"""Names that conda-forge spells differently."""

PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text())
LOCK = (HOME / "requirements.lock").read_text().splitlines()


def wanted():
    """List what a developer installs: the core and the tests."""
    return PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["test"]


def everything():
    groups = PROJECT["dependency-groups"]["docs"]
    extras = [x for listed in PROJECT["project"]["optional-dependencies"].values() for x in listed]
    return wanted() + groups + extras


def named(line):
    """Split a requirement into its conda name and its range, whatever the order of bounds."""
    requirement = Requirement(line)
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    name = requirement.name + extras
    return CONDA.get(name, name), sorted(str(bound) for bound in requirement.specifier)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_conda_and_pip_ask_for_the_same():
    content = yaml.safe_load((HOME / "environment.yml").read_text())
    conda = [x for x in content["dependencies"] if isinstance(x, str) and x != "pip"]
    own = [x for entry in content["dependencies"] if isinstance(entry, dict) for x in entry["pip"]]
    assert "-e ." in own
    given = [x for x in conda if not x.startswith("python ")] + [x for x in own if x != "-e ."]
    assert sorted(map(named, given)) == sorted(map(named, wanted()))
    python = next(x for x in conda if x.startswith("python "))
    assert named(python)[1] == named(f"python{PROJECT['project']['requires-python']}")[1]


@pytest.mark.parametrize("line", everything())
def test_every_dependency_is_pinned_within_its_range(line):
    requirement = Requirement(line)
    pins = [x.split(";")[0].strip() for x in LOCK if not x.startswith("#")]
    found = [x.split("==") for x in pins if normal(x.split("==")[0]) == normal(requirement.name)]
    assert found, f"{requirement.name} is not in requirements.lock: make lock"
    assert all(requirement.specifier.contains(version) for _, version in found)


def test_the_lock_says_names_and_versions_only():
    pin = re.compile(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.!+_-]*( ; .+)?")
    pins = [line for line in LOCK if not line.startswith("#")]
    assert pins
    assert [line for line in pins if not pin.fullmatch(line)] == []
    assert not any("://" in line or "--" in line for line in LOCK)


def test_the_installer_itself_is_pinned():
    assert any(line.startswith("uv==") for line in LOCK)
