"""The report: one file, nothing fetched, everything said, nothing private."""

import html
import re
import sys
import types
from html.parser import HTMLParser
from itertools import pairwise

import fake_run
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import plots
from segkit.study import DOCUMENTS, STAGES, StudyError
from segkit.workbook import report
from segkit.workbook.report import chapters, formats, markup, prose, summary
from segkit.workbook.report import paper as papers

VOID = {"meta", "img", "br", "hr", "link", "col", "base", "input"}


class Page(HTMLParser):
    """Reads a page into a list of (tag, attributes) and its visible text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag not in VOID
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def run(tmp_path):
    return fake_run.make(tmp_path / "tiny")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = fake_run.make(tmp_path_factory.mktemp("runs") / "tiny")
    return report.build(folder, fake_run.STUDY)


@pytest.fixture(scope="module", params=DOCUMENTS)
def source(built, request):
    return built.with_name(request.param).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


@pytest.fixture(scope="module")
def paper(built):
    return built.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workbook(built):
    return built.with_name("workbook.html").read_text(encoding="utf-8")


def build(folder, study=fake_run.STUDY):
    return report.build(folder, study).read_text(encoding="utf-8")


def build_workbook(folder):
    build(folder)
    return (folder / "workbook.html").read_text(encoding="utf-8")


# Two files that stand alone


def test_nothing_is_fetched_from_outside(source, page):
    for _, attrs in page.tags:
        for name in ("src", "srcset", "data", "poster", "background"):
            assert attrs.get(name, "data:").startswith("data:")
    assert not [tag for tag, _ in page.tags if tag in ("link", "iframe", "object", "base")]
    styles = "".join(re.findall(r"<style>(.*?)</style>", source, re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles
    policy = next(a["content"] for a in page.all("meta") if "http-equiv" in a)
    assert "default-src 'none'" in policy


def test_it_reads_without_scripts(source, page):
    assert len(page.all("script")) <= 1
    bare = Page(re.sub(r"<script>.*?</script>", "", source, flags=re.DOTALL))
    assert bare.text == page.text
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert "hidden" not in {name for _, attrs in page.tags for name in attrs}


def test_code_is_folded_and_results_are_not(workbook):
    folds = re.findall(r'<details class="code">.*?</details>', workbook, re.DOTALL)
    assert len(folds) == 6 * len(STAGES)
    outside = re.sub(r'<details class="code">.*?</details>', "", workbook, flags=re.DOTALL)
    assert "plots" not in Page(outside).text
    assert outside.count('<figure class="result chart">') == len(STAGES)


def test_every_tag_is_closed_and_every_anchor_is_unique(page):
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_the_same_run_gives_the_same_bytes(run, paper, workbook):
    first = build(run), build_workbook(run)
    for name in DOCUMENTS:
        (run / name).unlink()
    assert (build(run), build_workbook(run)) == first == (paper, workbook)


def test_pictures_are_stored_once_and_the_rest_is_small(paper, workbook):
    pictures = re.findall(r"data:image/png;base64,[^\"]+", workbook)
    assert len(pictures) == len(STAGES)
    assert len(workbook) - sum(map(len, pictures)) < 150_000
    assert len(paper) < 150_000


def test_every_picture_has_words_and_a_size(page):
    for attrs in page.all("img"):
        assert attrs["alt"] == "Two bars: 3 & 4."
        assert (attrs["width"], attrs["height"]) == ("800", "300")


def test_a_picture_without_words_gets_its_plain_text_or_a_plain_name():
    assert 'alt="Bars."' in chapters.picture("aGk=", "image/png", {}, "Bars.")
    assert 'alt="Figure"' in chapters.picture("aGk=", "image/png", {}, "<Figure size 1x1>")
    svg = chapters.picture("<svg onload='x'/>", "image/svg+xml", {"alt": 'a "b"'})
    assert svg.startswith('<img src="data:image/svg+xml;base64,')
    assert "onload" not in svg
    assert html.escape('a "b"') in svg


def test_headings_go_down_step_by_step_from_one_title(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


# What comes from the data is text


def test_html_in_the_data_is_escaped_exactly_once(source, paper, workbook):
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in workbook
    assert "&lt;img src=x onerror=alert(1)&gt;" in workbook
    assert "Rare &lt;visits&gt;" in paper
    assert "Shops &lt;late&gt;" in paper
    assert "The &amp; manager" in paper
    assert not re.search(r"&amp;(lt|gt|amp|quot|#\d+);", source)
    assert "evil.example" not in source


@pytest.mark.slow
@given(st.text())
def test_text_survives_the_rebuilding_of_html(text):
    shown = markup.rebuild(f"<p>{html.escape(text)}</p>")
    assert Page(shown).text == " ".join(text.split())


TAGS = (
    "table",
    "thead",
    "tr",
    "td",
    "caption",
    "b",
    "p",
    "script",
    "img src=x onerror=y",
    "q",
    "svg",
)


@given(
    st.lists(st.sampled_from([f"<{s}{t}>" for t in TAGS for s in ("", "/")] + ["x", "<", "&lt;"]))
)
def test_nothing_that_runs_survives_the_rebuilding(pieces):
    page = Page(markup.rebuild("".join(pieces)))
    tags, attributes = {tag for tag, _ in page.tags}, {a for _, given in page.tags for a in given}
    assert tags <= markup.INLINE | markup.BLOCK | {"table", "thead", "tbody", "tr", "td", "th"}
    assert attributes <= {"class", "role", "tabindex", "aria-label", "scope"}


def test_a_mark_left_open_in_a_cell_is_closed_there():
    assert "<td><b>x</b></td>" in markup.rebuild("<table><tr><td><b>x</td></tr></table>")


def test_a_word_in_angle_brackets_is_kept_as_text():
    assert markup.rebuild("<p>a <sizes> b</p>") == "<p>a &lt;sizes&gt; b</p>"


def test_no_customer_id_appears(paper, workbook):
    assert "secret-" not in paper + workbook
    assert workbook.count("not shown</small>") == 2 * len(STAGES)
    invented = "<table><thead><tr><th>customer_id</th></tr></thead><tr><td>a</td></tr></table>"
    assert "<td>a</td>" in markup.rebuild(invented)
    assert "<td>7</td>" not in markup.rebuild(invented.replace(">a<", ">7<"))


# Tables and segments


def test_every_table_scrolls_in_its_own_box(source):
    assert source.count("<table") == source.count('tabindex="0" aria-label=') > 0
    assert len(re.findall(r'<div class="scroll"[^>]*><table', source)) == source.count("<table")


def test_numbers_are_aligned_right_and_words_left():
    shown = markup.rebuild(
        "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>x 1</td><td>1,200</td></tr><tr><td>2</td><td>–</td></tr></tbody></table>"
    )
    assert '<th scope="col">a</th><th scope="col" class="num">b</th>' in shown
    assert '<td>2</td><td class="num">–</td>' in shown


def test_segments_wear_the_colours_of_the_figures(source, paper):
    for place, colour in enumerate(plots.colours(fake_run.ORDER).values()):
        assert f".s{place} {{ background: {colour}; }}" in source
    assert '<i class="chip s1"></i><span>Fresh &amp; often</span>' in paper


def test_a_heading_over_silent_code_is_left_out_on_paper_only(run):
    said = [fake_run.data({"text/plain": "4"})]
    listed = [
        ("markdown", "# 1. Why?", []),
        ("markdown", "## Kept", []),
        ("code", "x", said),
        ("markdown", "## Parent", []),
        ("code", "x", []),
        ("markdown", "### Child", []),
        ("code", "x", said),
        ("markdown", "## Write", []),
        ("code", "run.write(x)", []),
    ]
    fake_run.write(run / "notebooks" / "01_goals.ipynb", fake_run.notebook(listed))
    bare = re.findall(r'<div class="prose bare"><h3 id="([^"]+)"', build_workbook(run))
    assert [name for name in bare if name.startswith("chapter-1")] == ["chapter-1-write"]


# Links, headings, formulas


def test_links_lead_to_something_in_the_page(page):
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    inside = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    assert set(inside) <= ids


def test_the_two_documents_lead_to_each_other(paper, workbook):
    assert {a["href"] for a in Page(paper).all("a")} >= {"workbook.html"}
    assert {a["href"] for a in Page(workbook).all("a")} >= {"report.html"}


def test_links_between_notebooks_stay_in_the_page(workbook):
    source, page = workbook, Page(workbook)
    assert 'href="#chapter-2-checks">next</a>' in source
    assert 'href="#chapter-7-what-we-learned">here</a>' in source
    assert 'href="https://example.org/a?b=1&amp;c=2"' in source
    assert "ipynb" not in "".join(a["href"] for a in page.all("a"))
    assert ", readme, " in page.text


def test_a_link_to_a_heading_that_is_gone_leads_to_its_chapter():
    assert prose.mend('<a href="#chapter-3-gone">', {"chapter-3"}) == '<a href="#chapter-3">'


def test_links_that_run_something_are_dropped():
    chapter = prose.Chapter("01_goals")
    assert "href" not in chapter.render("[x](javascript:alert(1)) [y](file:///etc/passwd)")


def test_a_page_of_the_gallery_links_only_what_its_own_notebook_wrote_beside_it():
    chapter = prose.Chapter("approaches/crm_selections")
    own = "[x](../../runs/b2b/approaches/crm_selections_search.html)"
    assert '<a href="crm_selections_search.html">x</a>' in chapter.render(own)
    for other in (
        "rfm_search.html",
        "crm_selections_../x.html",
        "crm_selections.yaml",
        "../a.html",
    ):
        assert "href" not in chapter.render(f"[x](../../runs/b2b/approaches/{other})")
    assert "href" not in prose.Chapter("04_segments").render(own)


def test_formulas_are_text_and_money_is_not_a_formula(workbook):
    page = Page(workbook)
    assert "n j ≥ 5" in page.text
    assert "it costs $5 or $6." in page.text
    chapter = prose.Chapter("01_goals")
    assert ">(a+1)/b</span>" in chapter.render(r"$\frac{a+1}{b}$")


def test_a_chapter_knows_its_title_and_sections():
    chapter = prose.Chapter("04_segments")
    chapter.render("# 4. Who?\n\n## A\n\n## A\n\n### B")
    assert chapter.title == "Who?"
    assert chapter.sections == [("chapter-4-a", "A"), ("chapter-4-a-2", "A")]


# The first page


def test_the_paper_tells_goal_verdict_segments_people_and_actions(paper):
    first = Page(paper).text
    for told in (
        "Raise the repeat rate & keep it.",
        "18.9%",
        "21.7%",
        "by 26 February 2018",
        "600.00 EUR",
        "Usable, with limits",
        "Of 2 checks: 1 passed , 1 in doubt .",
        "Merge Full baskets , Fresh & often : they answer alike",
        "Full baskets 3 25.0% 50.0% 30.0% 25.0% to 35.0% The & manager",
        "60% against 30% of all (×2)",
        "where they live",
        "A coupon",
    ):
        assert told in first, told


def test_what_was_set_and_what_it_rests_on_is_told(workbook):
    last = Page(workbook).text.rpartition("About this workbook")[2]
    assert "1 January 2017 to 1 January 2018" in last
    assert "Last block, 1 November 2017 to 31 December 2017" in last
    assert "DuckDB 9" in last
    assert "K 4 how many, 2 to 9 (set for this run)" in last
    assert "STUDY tiny a study" in last


def told(run, **artefacts):
    """Gather what the paper says of a run with other artefacts."""
    for name, value in artefacts.items():
        fake_run.write(run / name.replace("_", "."), value)
    facts = summary.gather(run, fake_run.STUDY)
    return papers.gather(facts, study=fake_run.STUDY)


def answer(run, question, **artefacts):
    found = {one["question"]: one for one in told(run, **artefacts)["answers"]}
    return found[papers.WORDS["questions"][question]]


def test_the_drawing_of_the_goal_keeps_the_order_of_its_numbers(run):
    drawn = answer(run, "stand")["goal"]
    assert papers.LEFT < drawn["low"] < drawn["now"] < drawn["high"] < drawn["goal"]
    assert drawn["goal"] < papers.LEFT + papers.WIDTH
    steps = drawn["goal"] - drawn["now"], drawn["now"] - drawn["low"]
    assert steps[0] / steps[1] == pytest.approx((0.217 - 0.189) / (0.189 - 0.16), abs=0.01)


@pytest.mark.parametrize(("passes", "said"), [(True, "is attainable"), (False, "not shown to be")])
def test_whether_the_goal_is_attainable_is_the_words_of_its_letter(run, passes, said):
    brief = fake_run.brief()
    brief["goal"]["smart"] = [{"letter": "A", "passes": passes, "why": "its past"}]
    assert said in answer(run, "stand", brief_json=brief)["told"]


def test_without_a_kpi_or_a_target_none_is_drawn(run):
    brief = fake_run.brief()
    brief["goal"] |= {"target": None}
    bare = answer(run, "stand", brief_json=brief)
    assert "goal" not in bare["goal"]
    assert "The goal is" not in bare["told"]
    brief["goal"] |= {"kpi": None, "baseline": None}
    assert "goal" not in answer(run, "stand", brief_json=brief)


def test_heads_and_money_are_cut_like_their_shares(run):
    heads, money = answer(run, "money")["stacks"]
    for stack, sizes in ((heads, [3, 4, 5]), (money, [300, 200, 100])):
        widths = [part["width"] for part in stack["parts"]]
        assert sum(widths) == pytest.approx(320, abs=0.2)
        assert widths == pytest.approx([320 * n / sum(sizes) for n in sizes], abs=0.1)
    assert "“Full baskets” brings most: 50% of the spend with 25%" in answer(run, "money")["told"]


def test_who_brings_most_per_head_is_named_beside_who_brings_most(run):
    rows = [{"name": "many", "share": 0.9, "spend_share": 0.6},
            {"name": "few", "share": 0.1, "spend_share": 0.4}]  # fmt: skip
    said = papers._most(rows)
    assert said == (
        "“many” brings most: 60% of the spend with 90% of the customers. "
        "Per head it is “few”: 40% with 10%."
    )
    assert "Per head" not in papers._most(rows[1:])
    assert "not known" in papers._most([{**rows[0], "spend_share": None}])


def test_who_acts_differently_is_told_in_the_words_of_the_test(run):
    table = fake_run.artefacts()["response.csv"]
    table["label"] = ["higher than the rest", "like the rest", "like the rest"]
    acts = answer(run, "act", response_csv=table)
    assert "Higher than the rest: “Full baskets”; like the rest: “Fresh & often”, " in acts["told"]
    assert "Last block" in acts["told"]
    mids = [row["mid"] for row in acts["strips"]["rows"]]
    assert mids == sorted(mids, reverse=True)


def test_checks_are_laid_out_without_loss(run):
    checks = summary.gather(run, fake_run.STUDY)["checks"]
    rows = papers.matrix(checks, fake_run.ORDER)
    assert {row["check"]: row["verdicts"] for row in rows} == {
        "Stable": [None, None, None, "warn"],
        "Large enough": ["pass", None, None, None],
    }


def test_what_could_not_be_judged_is_not_known(run):
    checks = fake_run.artefacts()["verdicts.csv"]
    silent = checks.iloc[[0]].assign(check="Reachable", verdict="unknown", reason="no mailings")
    fake_run.write(run / "verdicts.csv", pd.concat([checks, silent]))
    page = build(run)
    assert "No mailings" in page[page.index('id="unknown"') : page.index('id="quality"')]


@pytest.mark.parametrize(
    ("brief", "corrections", "checks", "badge"),
    [
        ({"verdict": "do not segment", "reason": "r"}, {}, [], "Do not segment"),
        ({}, {}, [], "Not checked in this run"),
        ({}, {"verdict": {"usable": False}}, [], "Not usable as it is"),
        ({}, {"verdict": {"usable": True}}, [{"verdict": "fail"}], "Usable, with limits"),
        ({}, {"verdict": {"usable": True}}, [{"verdict": "pass"}], "Usable"),
    ],
)
def test_the_verdict_is_said_in_words(brief, corrections, checks, badge):
    assert summary.verdict(brief, corrections, checks)["badge"] == badge


def test_actions_on_unconfirmed_segments_are_called_hypotheses(run, paper):
    fake_run.write(run / "corrections.json", {"verdict": {"usable": False}})
    assert "hypotheses to test, not a plan" in build(run)
    assert "hypotheses to test" not in paper


def test_shares_of_the_segments_add_up(run):
    rows = summary.gather(run, fake_run.STUDY)["segments"]
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert sum(row["spend_share"] for row in rows) == pytest.approx(1)
    assert summary.overall([{"n": 1, "outcome_mean": 1}, {"n": 3, "outcome_mean": 0}]) == 0.25


def test_customers_in_no_segment_are_told_unless_they_are_few():
    sizes = {"a": {"n": 300, "spend": 1.0}, "b": {"n": 150, "spend": 1.0}}
    known = {"data": {"customers_n": 600}}
    assert summary.left_out(known, sizes, smallest=10) == 150
    assert summary.left_out({"data": {"customers_n": 455}}, sizes, smallest=10) == 0
    assert summary.left_out({}, sizes, smallest=10) == summary.left_out(known, {}, smallest=10) == 0


def everybody(**changes):
    """Make what `base.json` holds: two stages, one of them too small to be shown."""
    lead = {"stage": "Lead: never bought", "customers_n": 40, "customers_share": 0.4}
    lead |= {"in_segments_n": 0, "spend_total": 0.0, "last_order_days": None, "to_do": "Answer."}
    lost = lead | {"stage": "Lost", "customers_n": 1, "spend_total": 913.0, "to_do": None}
    told = {"known_n": 100, "in_segments_n": 53, "told": "The tables know 100 customers."}
    return {**told, "stages": [lead, lost], "notes": ["Nobody knows <why>."], **changes}


def test_everybody_by_stage_is_in_the_paper_and_the_first_page_says_of_how_many(run):
    fake_run.write(run / "base.json", everybody())
    page = Page(report.build(run, fake_run.STUDY).read_text("utf-8")).text
    assert "Segments hold 53 of 100 customers known; the other 47 stand" in page
    assert "The tables know 100 customers." in page
    assert "Nobody knows <why>." in page
    assert "fewer than 2, not shown" in page
    assert "913" not in page
    fake_run.write(run / "base.json", everybody(stages=[], notes=["No waits are known."]))
    page = Page(report.build(run, fake_run.STUDY).read_text("utf-8")).text
    assert "No waits are known." in page
    assert "Last order" not in page


def test_a_persona_tells_what_is_known_of_it_and_asks_for_the_rest_once(run):
    line = {"topic": "where", "column": "city", "text": "city: Riga, 60% (all 58%)", "mark": ""}
    ask = [{"topic": "why", "text": "not known: ask “what mattered most?”"}]
    people = [fake_run.persona(name=name, profile=[line], ask=ask) for name in "AB"]
    fake_run.write(run / "personas.json", {"personas": people})
    page = Page(report.build(run, fake_run.STUDY).read_text("utf-8")).text
    assert page.count("city: Riga, 60% (all 58%)") == 2
    assert page.count("ask “what mattered most?”".capitalize()) == 1
    few = [fake_run.persona(n=1, profile=[line], ask=ask)]
    fake_run.write(run / "personas.json", {"personas": few})
    assert "Riga" not in Page(report.build(run, fake_run.STUDY).read_text("utf-8")).text


def test_a_run_without_everybody_tells_who_is_in_no_segment(run):
    page = Page(report.build(run, fake_run.STUDY).read_text("utf-8")).text
    assert "Everybody, by stage" not in page


def test_what_a_persona_has_less_of_comes_after_what_it_has_more_of(run):
    line = fake_run.persona()["statements"][0]
    lacks = {**line, "text": "Coupons", "lift": 0.1, "built_in": True}
    common = {**line, "text": "Nothing special", "lift": 1.1, "distinctive": False}
    person = fake_run.persona(statements=[common, lacks, line])
    fake_run.write(run / "personas.json", {"personas": [person]})
    text = Page(build(run)).text
    lacks = "p < 0.001 Coupons: 60% against 30% of all (×0.1), of 7 customers, p < 0.001, by constr"
    assert lacks in text
    assert "Nothing special" not in text


def test_what_is_unknown_of_everybody_is_told_once(run):
    gap = {"field": "psychographic", "text": "Not known from the data: needs a survey."}
    people = [fake_run.persona(name=name, unknown=[gap, {"text": name}]) for name in "AB"]
    fake_run.write(run / "personas.json", {"personas": people})
    text = Page(build(run)).text
    assert text.count("Psychographic : Needs a survey.") == 1
    assert "Not known from the data B." in text


def test_failed_checks_come_first_and_a_segment_keeps_the_comma_in_its_name(run):
    checks = fake_run.artefacts()["verdicts.csv"]
    failed = checks.iloc[[1]].assign(check="Reachable", verdict="fail")
    fake_run.write(run / "verdicts.csv", pd.concat([checks, failed]))
    fake_run.write(run / "segments.json", {"order": ["Big, rare", "Small"]})
    fake_run.write(
        run / "actions.csv", pd.DataFrame({"segments": ["Big, rare", "Small; Big, rare"]})
    )
    facts = summary.gather(run, fake_run.STUDY)
    assert [row["check"] for row in facts["checks"]] == ["Reachable", "Stable", "Large enough"]
    assert [row["segments"] for row in facts["actions"]] == [["Big, rare"], ["Small", "Big, rare"]]


def test_groups_too_small_are_shown_without_figures(run):
    study = fake_run.STUDY.model_copy(update={"smallest_cell": 4})
    text = Page(build(run, study)).text
    assert "Full baskets fewer than 4, not shown" in text
    rare = fake_run.persona()
    rare["statements"][0]["n"] = 3
    fake_run.write(run / "personas.json", {"personas": [rare]})
    assert "Shops <late>" not in Page(build(run, study)).text
    fake_run.write(run / "personas.json", {"personas": [fake_run.persona(n=3)]})
    assert "Fewer than 4 customers: not shown." in Page(build(run, study)).text


def test_without_a_definition_the_segments_come_by_spend(run):
    (run / "segments.json").unlink()
    members = fake_run.artefacts()["segments.parquet"].astype({"segment": "category"})
    fake_run.write(run / "segments.parquet", members)
    assert summary.gather(run, fake_run.STUDY)["order"] == fake_run.ORDER


# What is missing or broken


@pytest.mark.parametrize("name", sorted(fake_run.artefacts()))
def test_a_missing_artefact_is_told_not_guessed(run, name):
    (run / name).unlink()
    text = Page(build(run)).text
    told = {
        "brief.json": "The goal is not part of this run",
        "corrections.json": "Not checked in this run",
        "personas.json": "Personas: not part of this run",
        "actions.csv": "Actions: not part of this run",
    }
    assert told.get(name, "A tiny shop") in text
    assert "None" not in text
    assert "nan" not in text.split()


def test_a_run_of_notebooks_alone_still_reads(run):
    for name in fake_run.artefacts():
        (run / name).unlink()
    assert "Segments: not part of this run" in Page(build(run)).text
    assert "Question 7?" in Page(build_workbook(run)).text


def test_keys_that_are_missing_show_a_dash(run):
    for name in ("brief.json", "corrections.json", "segments.json"):
        fake_run.write(run / name, {})
    fake_run.write(run / "personas.json", {"personas": [{"name": "Someone"}]})
    assert "Someone" in Page(build(run)).text


def test_a_missing_notebook_is_told(run):
    (run / "notebooks" / "06_personas.ipynb").unlink()
    source = build_workbook(run)
    assert "This notebook is not part of this run." in source
    assert 'href="#chapter-6"' not in source


def test_no_notebook_at_all_is_refused(run):
    for path in (run / "notebooks").iterdir():
        path.unlink()
    with pytest.raises(StudyError, match="segkit run tiny"):
        build(run)


def test_a_notebook_with_an_error_is_refused_and_the_last_report_stays(run):
    good = build(run), build_workbook(run)
    path = run / "notebooks" / "04_segments.ipynb"
    fake_run.write(
        path, fake_run.notebook([("markdown", "## Fit", []), ("code", "x", [fake_run.error()])])
    )
    with pytest.raises(StudyError, match="04_segments stopped in code cell 1, under “Fit”: ValueE"):
        build(run)
    assert tuple((run / name).read_text(encoding="utf-8") for name in DOCUMENTS) == good


@pytest.mark.parametrize("name", ["brief.json", "segments.parquet", "notebooks/03_data.ipynb"])
def test_a_broken_file_is_named(run, name):
    (run / name).write_text("{broken", encoding="utf-8")
    with pytest.raises(StudyError, match=name.rpartition("/")[2]):
        build(run)


def test_warnings_are_folded_with_the_code(run):
    stderr = {"output_type": "stream", "name": "stderr", "text": "\x1b[31mcareful\x1b[0m"}
    stdout = {"output_type": "stream", "name": "stdout", "text": "said"}
    listed = [("markdown", "# 1. Why?", []), ("code", "x", [stderr, stdout])]
    fake_run.write(run / "notebooks" / "01_goals.ipynb", fake_run.notebook(listed))
    source = build_workbook(run)
    assert '<pre class="notes" tabindex="0">careful</pre></details>' in source
    assert '<pre class="result" tabindex="0">said</pre>' in source


# Words


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formats.count(2469), "2,469"),
        (formats.count(float("nan")), "–"),
        (formats.share(0.1889), "18.9%"),
        (formats.share(None), "–"),
        (formats.money(4596012, "USD"), "4.60 million USD"),
        (formats.money(12345.6, "USD"), "12,346 USD"),
        (formats.money(3.1), "3.10"),
        (formats.quantity(0.5, "share"), "50.0%"),
        (formats.quantity(12345.6, "money", "USD"), "12,346 USD"),
        (formats.quantity(2, "number"), "2.00"),
        (formats.quantity(0.50, "Jaccard"), "0.5 Jaccard"),
        (formats.quantity(None, "Jaccard"), "–"),
        (formats.measure("Jaccard"), "Jaccard"),
        (formats.measure("share"), ""),
        (formats.measure(None), ""),
        (formats.quantity(12, None), "12"),
        (formats.p_value(0.0312), "p\u00a0=\u00a00.031"),
        (formats.day("2017-12-25", 1), "24 December 2017"),
        (formats.day("soon"), "–"),
        (formats.listed(["a", "b", "c"]), "a, b and c"),
        (formats.slug("What we — learned!"), "what-we-learned"),
    ],
)
def test_values_are_written_as_a_reader_expects(shown, expected):
    assert shown == expected


# On paper


def test_without_a_report_there_is_nothing_to_print(tmp_path):
    with pytest.raises(StudyError, match="make report"):
        report.pdf(tmp_path)


def test_without_weasyprint_the_browser_is_named(built, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(StudyError, match=r"not installed.*segkit\[pdf\].*print from the browser"):
        report.pdf(built.parent)


def test_without_pango_the_library_is_named(built, monkeypatch, tmp_path):
    (tmp_path / "weasyprint.py").write_text('raise OSError("cannot load library libpango")')
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(StudyError, match=r"no Pango.*apt install.*[Pp]rint from the browser"):
        report.pdf(built.parent)


def test_the_pdf_lies_beside_the_report(built, monkeypatch):
    printer = types.SimpleNamespace(
        HTML=lambda filename: types.SimpleNamespace(write_pdf=lambda: b"%PDF " + filename.encode())
    )
    monkeypatch.setitem(sys.modules, "weasyprint", printer)
    paths = report.pdf(built.parent)
    assert paths == [built.with_name("report.pdf"), built.with_name("workbook.pdf")]
    assert all(path.read_bytes().startswith(b"%PDF") for path in paths)


def test_weasyprint_prints_the_report(built):
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        pytest.skip("weasyprint or Pango is not installed (extra: pdf)")
    assert all(path.read_bytes().startswith(b"%PDF") for path in report.pdf(built.parent))
