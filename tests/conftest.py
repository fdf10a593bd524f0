"""Fixtures shared by the tests: studies in a folder of their own, and the grocery tables."""

import os
import textwrap

import pytest
from hypothesis import settings

import segkit
from segkit import data

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")  # the same examples on every machine, however slow


os.environ["SEGKIT_STRICT"] = "1"  # an approach's own error is shown, not told as a refusal


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that both workers end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    whole = {path for path in slow if path.parent.name == "workbook"}
    items.sort(key=lambda item: (item.path not in whole, item.path not in slow))


@pytest.fixture(scope="session")
def grocery_run(tmp_path_factory):
    """Give the grocery run in a temporary folder, at stage 03."""
    runs = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGKIT_RUNS", str(runs))
        patch.delenv("SEGKIT_RUN", raising=False)
        patch.delenv("SEGKIT_HOME", raising=False)
        return segkit.open_run("grocery", stage="03_data")


@pytest.fixture(scope="session")
def grocery_tables(grocery_run):
    """Give the grocery tables, ingested once for the whole session."""
    return data.open(grocery_run)


@pytest.fixture(scope="session")
def grocery_card(grocery_tables):
    """Give the grocery card of the whole year."""
    return data.card.build(grocery_tables, as_of="2018-01-01", window_days=365)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a maker of small studies: `project(orders="a,b\\n1,2\\n", …)` returns an open run.

    Every keyword is a table (text of a CSV file, or a DataFrame for Parquet); `study` adds
    lines to the study file, `columns` maps {table: {canonical: heading}}.
    """
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("SEGKIT_RUN", raising=False)
    for folder in ("studies", "notebooks", "data"):
        (tmp_path / folder).mkdir()

    def make(*, study="", columns=None, **tables):
        lines = ["title: A test", *textwrap.dedent(study).strip().splitlines(), "tables:"]
        for name, content in tables.items():
            file = _save(tmp_path / "data" / name, content)
            lines += [f"  {name}:", f"    file: data/{file}"]
            if mapping := (columns or {}).get(name):
                lines += ["    columns:", *[f"      {k}: {v!r}" for k, v in mapping.items()]]
        (tmp_path / "studies" / "test.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return segkit.open_run("test", stage="03_data")

    return make


def _save(path, content):
    if isinstance(content, str | bytes):
        raw = content.encode() if isinstance(content, str) else content
        path.with_suffix(".csv").write_bytes(raw)
        return f"{path.name}.csv"
    content.to_parquet(path.with_suffix(".parquet"), index=False)
    return f"{path.name}.parquet"
