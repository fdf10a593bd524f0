"""Next month: what is kept, remembered, compared and assigned, on made runs without notebooks."""

import json

import numpy as np
import pandas as pd
import pytest
from markupsafe import escape
from typer.testing import CliRunner

import segkit
from segkit import memory, segments
from segkit import study as studies
from segkit.brief import Brief, Goal, Limits
from segkit.segments import settled
from segkit.segments.approaches import clusters
from segkit.study import StudyError
from segkit.workbook import assigning, cli, comparing, correcting, keeping, report, snapshots
from segkit.workbook import export as exports
from segkit.workbook.report import formats, moved, paper

FEATURES = ["orders_n", "spend_total"]
STUDY = """title: A shop
currency: EUR
tables:
  orders:
    file: data/orders.csv
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project with a study `shop` and no run."""
    for name in ("studies", "notebooks", "data"):
        (tmp_path / name).mkdir()
    (tmp_path / "studies" / "shop.yaml").write_text(STUDY)
    for name, value in (("SEGKIT_HOME", str(tmp_path)), ("COLUMNS", "200")):
        monkeypatch.setenv(name, value)
    for name in ("SEGKIT_RUNS", "SEGKIT_RUN"):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def card(seed=1, first=0):
    """Make sixty customers: forty small and twenty large ones."""
    rng = np.random.default_rng(seed)
    middle = np.repeat([[2, 20], [12, 300]], [40, 20], axis=0)
    values = (middle * rng.lognormal(0, 0.1, (60, 2))).round(2)
    ids = [f"c{n:03}" for n in range(first, first + 60)]
    return pd.DataFrame(values, columns=FEATURES).assign(customer_id=ids)


def month(as_of, table, *, k=2, window=365):
    """Leave what a run of all notebooks leaves, as far as the months after it ask."""
    run = segkit.open_run("shop", stage="04_segments")
    goal = Goal(kpi="repeat_rate", baseline=0.2, target=0.25, sentence="Raise it.")
    facts = {"as_of": as_of, "window_days": window}
    brief = Brief("segment", "", goal, facts, None, None, Limits())
    saved = {**vars(brief), "goal": vars(goal), "limits": vars(brief.limits)}
    run.write("brief.json", saved)
    run.write("card.parquet", table)
    fitted = segments.attempt(table, clusters.recipe(FEATURES, k=k, seed=1))
    final = segments.settle(fitted, run)
    run.write("segments.parquet", final.members)
    run.write("segments.json", {
        "approach": "clusters", "order": final.sizes["segment"].tolist(), "recipe": final.recipe,
        "features": FEATURES, "definition": final.definition.to_dict(), "kept": short(final),
    })  # fmt: skip
    run.write("corrections.json", {"applied": settled.due(run)})
    pages = [{"name": f"The {name}", "segments": [name]} for name in final.order]
    run.write("personas.json", {"personas": pages})
    run.write("actions.csv", pd.DataFrame({"rank": [1]}))
    snapshots.take(segkit.open_run("shop", stage="07_action"))
    return final


def short(final):
    return {name: final.version[name] for name in segments.KEPT if name in final.version}


def ask(*words):
    done = CliRunner().invoke(cli.app, words)
    return done.exit_code, done.output


# ------------------------------------------------------------------ keep


@pytest.mark.slow
def test_keeping_writes_a_readable_version_that_the_next_run_applies(home):
    june = month("2024-06-01", card())
    code, said = ask("keep", "shop", "--why", "agreed", "--who", "Ann")
    assert code == 0, said
    (version,) = json.loads((home / "studies" / "shop.kept.json").read_text())
    assert version["order"] == june.order
    assert version["definition"] == june.definition.to_dict()
    assert version["personas"] == {name: f"The {name}" for name in june.order}
    assert (version["goal"]["baseline"], version["limits"]["max_segments"]) == (0.2, 8)
    assert list(version["colours"]) == june.order
    july = month("2024-07-01", card(seed=2))
    by_hand = segments.assign(card(seed=2), version["definition"])["segment"]
    assert july.labels.tolist() == by_hand.tolist()
    assert studies.load("shop").kept == version


@pytest.mark.slow
def test_the_same_kept_again_is_no_new_version_and_another_one_leaves_it(home):
    month("2024-06-01", card())
    first, _ = keeping.keep("shop")
    assert keeping.keep("shop") == (first, False)
    (home / "studies" / "shop.kept.json").rename(home / "aside.json")
    month("2024-06-01", card(), k=3)
    (home / "aside.json").rename(home / "studies" / "shop.kept.json")
    second, fresh = keeping.keep("shop")
    assert (second["version"], fresh) == (2, True)
    assert studies.kept("shop")[0] == first
    assert keeping.undo("shop")["version"] == 2
    assert studies.load("shop").kept == first
    keeping.undo("shop")
    assert not (home / "studies" / "shop.kept.json").exists()
    with pytest.raises(StudyError, match="nothing to take back"):
        keeping.undo("shop")


def test_only_a_finished_run_is_kept(home):
    with pytest.raises(StudyError, match="not finished"):
        keeping.keep("shop")


@pytest.mark.slow
def test_a_kept_version_holds_its_corrections_and_takes_no_others(home):
    june = month("2024-06-01", card())
    entry = {"kind": "drop", "segments": june.order[:1], "why": "w", "who": "Ann"}
    correcting.add("shop", entry)
    run = segkit.open_run("shop", stage="05_validation")
    run.write("corrections.json", {"applied": studies.corrections("shop")})
    version, _ = keeping.keep("shop")
    assert [each["kind"] for each in version["corrections"]] == ["drop"]
    assert version["definition"]["rules"]["out"] == june.order[:1]
    july = month("2024-07-01", card(seed=2))
    assert sorted(july.order) == sorted(june.order)
    kept = segments.kept(segkit.open_run("shop", stage="05_validation"))
    assert kept.out == june.order[:1]
    for change in (lambda: correcting.add("shop", entry), lambda: correcting.undo("shop", 1)):
        with pytest.raises(StudyError, match="--refit"):
            change()


@pytest.mark.parametrize("text", ["{", "{}", '[{"version": 1}]'])
def test_a_kept_file_that_is_damaged_is_named(home, text):
    (home / "studies" / "shop.kept.json").write_text(text)
    with pytest.raises(StudyError, match=r"shop.kept.json cannot be used"):
        studies.load("shop")


def test_the_first_page_says_what_was_applied_or_how_to_keep():
    version = {"version": 2, "date": "2024-06-01"}
    assert "version 2 applied" in paper.applied({"kept": version}, study="shop")
    assert "segkit keep shop" in paper.applied({"kept": {}}, study="shop")
    assert paper.applied({}, study="shop") == ""


# ------------------------------------------------------------------ snapshots and compare


def test_a_run_again_on_the_same_data_leaves_no_second_snapshot(home):
    month("2024-06-01", card())
    before = sorted(path.name for path in memory.home(studies.run_folder("shop")).iterdir())
    month("2024-06-01", card())
    assert sorted(p.name for p in memory.home(studies.run_folder("shop")).iterdir()) == before
    (found,) = memory.snapshots(studies.run_folder("shop"))
    assert sum(each["customers_n"] for each in found.facts["segments"]) == 60
    spent = sum(each["spend_total"] for each in found.facts["segments"])
    assert spent == pytest.approx(card()["spend_total"].sum())


def test_below_two_snapshots_nothing_is_compared(home):
    code, said = ask("compare", "shop")
    assert (code, "takes two snapshots" in said) == (2, True)
    month("2024-06-01", card())
    assert ask("compare", "shop")[0] == 2


def test_a_kept_segmentation_on_the_same_customers_stays_whole(home):
    month("2024-06-01", card())
    keeping.keep("shop")
    month("2024-07-01", card())
    code, said = ask("compare", "shop", "--json")
    found = json.loads(said)
    assert code == 0
    assert (found["verdict"], found["same_rules"]) == ("keep", True)
    assert (found["stayed"]["share"], found["stayed"]["kappa"]) == (1, 1)
    assert [row["psi"] for row in found["drift"]] == [0, 0]
    assert {row["flow"]: row["customers_n"] for row in found["flows"]}["stayed"] == 60


@pytest.mark.slow
def test_what_moved_is_said_on_the_screen_and_for_programs(home):
    month("2024-06-01", card())
    keeping.keep("shop")
    month("2024-07-01", card(seed=2, first=20))
    code, said = ask("compare", "shop", "--with", "2024-06-01")
    assert code == 0, said
    assert "verdict re-segment" in said
    code, said = ask("compare", "shop", "--json")
    flows = {row["flow"]: row["customers_n"] for row in json.loads(said)["flows"]}
    assert (flows["new"], flows["gone"]) == (20, 20)
    for row in json.loads(said)["changes"]:
        parts = [row[f"{part}_n"] or 0 for part in ("before", "new", "moved_in")]
        less = [row[f"{part}_n"] or 0 for part in ("moved_out", "gone")]
        assert sum(parts) - sum(less) == row["now_n"]


def test_lists_of_who_joined_left_and_moved_are_those_of_the_raw_members(home):
    then = month("2024-06-01", card()).members.set_index("customer_id")["segment"]
    keeping.keep("shop")
    final = month("2024-07-01", card(seed=2, first=15))
    run = segkit.open_run("shop", stage="07_action")
    run.write("corrected.parquet", final.members)
    personas = {name: f"The {name}" for name in final.order}
    run.write(
        "membership.csv", final.members.assign(persona=final.members["segment"].map(personas))
    )
    now = final.members.set_index("customer_id")["segment"]
    both = [who for who in now.index if who in then.index]
    expected = {
        "joined": {who: ("", now[who]) for who in now.index if who not in then.index},
        "left": {who: (then[who], then[who]) for who in then.index if who not in now.index},
        "moved": {who: (then[who], now[who]) for who in both if then[who] != now[who]},
    }
    assert all(expected.values())
    for name, people in expected.items():
        listed = exports.members("shop", moves=[name]).set_index("customer_id")
        told = listed[["came_from", "segment"]].apply(tuple, axis=1).to_dict()
        assert told == people
        assert set(listed["since"]) == {"2024-06-01"}
        assert set(listed["move"]) == {name}
    assert len(exports.members("shop", moves=expected)) == sum(map(len, expected.values()))
    assert set(exports.members("shop", moves=["left"])["persona"]) == {""}
    code, said = ask("export", "shop", "--list", "joind")
    assert code != 0
    assert "Did you mean 'joined'?" in said
    code, said = ask("export", "shop", "--list", "left", "--to", str(home / "left.csv"))
    assert code == 0, said
    assert len(pd.read_csv(home / "left.csv")) == len(expected["left"])


def test_without_an_earlier_run_there_is_no_list_of_who_moved(home):
    final = month("2024-06-01", card())
    run = segkit.open_run("shop", stage="07_action")
    run.write("corrected.parquet", final.members)
    run.write("membership.csv", final.members.assign(persona="x"))
    code, said = ask("export", "shop", "--list", "moved")
    assert code != 0
    assert "Traceback" not in said
    assert "compare" in said or "snapshot" in said or "month" in said, said


def test_one_customer_is_shown_with_why_and_where_they_were(home):
    then = month("2024-06-01", card()).members.set_index("customer_id")["segment"]
    keeping.keep("shop")
    final = month("2024-07-01", card(seed=2, first=15))
    now = final.members.set_index("customer_id")["segment"]
    run = segkit.open_run("shop", stage="07_action")
    called = final.members["segment"].map("The {}".format)
    run.write("membership.csv", final.members.assign(persona=called))
    run.write("actions.csv", pd.DataFrame({"persona": [called[0]], "move": ["Grow"]}))
    rows = [f"c020,{n},2024-0{n}-01,10.50" for n in (3, 4)] + ["c021,9,2024-05-01,3"]
    table = "\n".join(["customer_id,order_id,ordered_at,amount", *rows, "c020,5,2024-04-09,2"])
    (home / "data" / "orders.csv").write_text(table + "\n")
    before = sorted(home.rglob("*.*"))
    code, said = ask("customer", "shop", "c020", "--json")
    assert code == 0, said
    facts = json.loads(said)
    assert (facts["segment"], facts["persona"]) == (now["c020"], f"The {now['c020']}")
    assert facts["earlier"] == [{"as_of": "2024-06-01", "segment": then["c020"]},
                                {"as_of": "2024-07-01", "segment": now["c020"]}]  # fmt: skip
    assert facts["purchases"] == [{"month": "2024-03", "orders_n": 1, "amount": 10.5},
                                  {"month": "2024-04", "orders_n": 2, "amount": 12.5}]  # fmt: skip
    assert facts["near"]["distance"] < facts["near"]["next_distance"]
    code, said = ask("customer", "shop", "c020")
    assert code == 0, said
    assert "2024-04     2 orders          12.50" in said
    code, said = ask("customer", "shop", "c999")
    assert code != 0
    assert "Nobody in shop has the id “c999”" in said
    new = {path for path in home.rglob("*.*") if path not in before}
    assert {path.name for path in new if path.parent.name != "tables"} <= {".turn"}


def shown(page):
    """Fill the part of the paper that says what moved."""
    return report.render(template="moved.html.j2", moved=page, places={}, study={})


@pytest.mark.slow
def test_the_report_says_what_compare_says_and_nothing_without_an_earlier_run(home):
    month("2024-06-01", card())
    study, folder = studies.load("shop"), studies.run_folder("shop")
    assert moved.gather(folder, study, as_of="2024-06-01") == {}
    assert "What moved" not in shown({})
    month("2024-07-01", card(seed=2, first=20))
    page = moved.gather(folder, study, as_of="2024-07-01")
    found = comparing.compare("shop")
    assert page["reasons"] == found.verdict["reasons"]
    assert [name for name, _ in page["matrix"]] == list(found.moved.shown.index)
    told = {name: values[0] for name, values in page["flows"]}
    assert (told["new"], told["gone"]) == (20, 20)
    html = shown(page)
    few = [("x", [3, None]), ("y", [None, 40])]
    assert shown({**page, "matrix": few}).count(">·</span>") >= 2
    for _, values in page["matrix"]:
        assert all(value is None or isinstance(value, int) for value in values)
    assert all(str(escape(reason)) in html for reason in map(formats.sentence, page["reasons"]))
    month("2024-07-01", card(seed=2), window=180)
    page = moved.gather(folder, study, as_of="2024-07-01")
    assert "365 days, the last run over 180" in shown(page)


@pytest.mark.slow
def test_a_day_without_snapshot_and_windows_of_other_length_are_refused(home):
    month("2024-06-01", card())
    month("2024-07-01", card(seed=2))
    code, said = ask("compare", "shop", "--with", "2024-05-01")
    assert (code, "There is: 2024-06-01" in said) == (2, True)
    month("2024-07-01", card(seed=2), window=180)
    code, said = ask("compare", "shop")
    assert (code, "365 days, the last run over 180" in said) == (2, True)


# ------------------------------------------------------------------ assign


def orders(path, customers, *, columns="customer_id,order_id,ordered_at,amount"):
    """Write orders: (customer, number of orders, amount each)."""
    rows = [f"{who},{who}-{n},2024-06-{n + 1:02},{amount}"
            for who, count, amount in customers for n in range(count)]  # fmt: skip
    path.write_text("\n".join([columns, *rows]) + "\n")
    return path


@pytest.mark.slow
def test_customers_of_new_files_get_the_kept_segments_or_a_reason(home):
    orders(home / "data" / "orders.csv", [("c1", 1, 5)])
    june = month("2024-06-01", card())
    keeping.keep("shop")
    new = orders(home / "new.csv", [("n1", 2, 10), ("n2", 12, 25), ("n3", 0, 0)])
    with new.open("a") as file:
        file.write("n4,o9,no day,7\nn5,o8,2022-01-01,7\n")
    frame, said = assigning.assign("shop", [str(new)])
    small, large = sorted(june.order, key=lambda name: june.sizes.set_index("segment")
                          .loc[name, "money_share"])  # fmt: skip
    found = frame.set_index("customer_id")
    assert found["segment"].reindex(["n1", "n2"]).tolist() == [small, large]
    assert found.loc[["n4", "n5"], "segment"].isna().all()
    assert found.loc["n5", "why_not"] == "no usable order in the 365 days before 2024-06-13"
    assert "by version 1" in said
    assert not list(studies.run_folder("shop").glob(".assign.*"))
    code, said = ask("assign", "shop", str(new), "--out", str(home / "list.csv"))
    assert code == 0, said
    assert "placed  2 of 4 customers" in said
    assert pd.read_csv(home / "list.csv")["customer_id"].tolist() == ["n1", "n2", "n4", "n5"]


def test_a_file_that_is_no_table_of_the_study_is_refused_by_what_it_lacks(home):
    orders(home / "data" / "orders.csv", [("c1", 1, 5)])
    with pytest.raises(StudyError, match="segkit keep shop"):
        assigning.assign("shop", ["new.csv"])
    month("2024-06-01", card())
    keeping.keep("shop")
    (home / "other.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(StudyError, match=r"other.csv has the headings of none"):
        assigning.assign("shop", [str(home / "other.csv")])
    with pytest.raises(StudyError, match="Name the files"):
        assigning.assign("shop", [])


@pytest.mark.slow
def test_what_the_study_knows_of_other_customers_says_nothing_of_new_ones(home):
    """Nobody is taken for never mailed because the file of mailings was not given."""
    with (home / "studies" / "shop.yaml").open("a") as file:
        file.write("  mailings:\n    file: data/mailings.csv\n")
    orders(home / "data" / "orders.csv", [("c1", 1, 5)])
    head = "customer_id,campaign_id,sent_at,responded\n"
    (home / "data" / "mailings.csv").write_text(head + "c1,m1,2024-05-01,true\n")
    month("2024-06-01", card())
    version, _ = keeping.keep("shop")
    version["definition"]["columns"].append("campaigns_received_n")
    (home / "studies" / "shop.kept.json").write_text(json.dumps([version]))
    new = orders(home / "new.csv", [("n1", 2, 10), ("n2", 12, 25)])
    with pytest.raises(StudyError, match="do not tell: campaigns_received_n"):
        assigning.assign("shop", [str(new)])
    (home / "mails.csv").write_text(head + "n1,m1,2024-06-01,true\n")
    frame, _ = assigning.assign("shop", [str(new), str(home / "mails.csv")])
    assert frame["segment"].notna().all()
