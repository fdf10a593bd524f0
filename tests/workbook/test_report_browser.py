"""Both documents in a browser: nothing leaves, nothing sticks out, they read without scripts."""

from itertools import product

import browser
import fake_run
import pytest

from segkit.study import DOCUMENTS
from segkit.workbook import report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened():
    with browser.started() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    run = fake_run.make(tmp_path_factory.mktemp("runs") / "tiny")
    wide = "<table><tr>" + "<td>a_long_cell_without_breaks</td>" * 30 + "</tr></table>"
    listed = [
        ("markdown", "# 3. Wide?\n\n" + "long" * 60, []),
        ("code", "x = '" + "long" * 90 + "'", [fake_run.html(wide)]),
        ("code", "y", [fake_run.data({"text/plain": "wide " * 90}), fake_run.picture("Bars.")]),
        ("code", "z", [{"output_type": "stream", "name": "stdout", "text": "x" * 500}]),
    ]
    fake_run.write(run / "notebooks" / "03_data.ipynb", fake_run.notebook(listed))
    return report.build(run, fake_run.STUDY).with_name("workbook.html").as_uri()


@pytest.fixture
def visit(opened, address):
    pages = []

    def go(width, name="workbook.html", **options):
        page = browser.page(opened, viewport={"width": width, "height": 800}, **options)
        pages.append(page)
        page.asked, page.told = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.told.append(message.text))
        page.goto(address.replace("workbook.html", name))
        return page

    yield go
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_request_leaves_the_page_and_nothing_is_complained_about(visit, name):
    page = visit(1280, name)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.wait_for_load_state("networkidle")
    assert [url for url in page.asked if url != page.url and not url.startswith("data:")] == []
    assert page.told == []


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("width", [320, 390, 800, 1280])
@pytest.mark.parametrize("folded", [True, False])
def test_the_page_never_scrolls_sideways(visit, name, width, folded):
    page = visit(width, name)
    if not folded:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_code_opens_with_one_click_without_scripts(visit):
    page = visit(375, java_script_enabled=False)
    fold = page.locator("details.code").first
    assert not fold.locator("pre").is_visible()
    fold.locator("summary").click()
    assert fold.locator("pre").is_visible()


def test_contents_are_beside_the_text_on_a_desk_and_folded_on_a_phone(visit):
    desk, phone = visit(1280), visit(375)
    assert desk.locator("nav.side").is_visible()
    assert not desk.locator("details.contents").is_visible()
    assert not phone.locator("nav.side").is_visible()
    phone.locator("details.contents > summary").click()
    phone.locator("details.contents a[href='#chapter-3']").click()
    assert phone.url.endswith("#chapter-3")


def test_figures_keep_a_light_plate_in_the_dark(visit):
    page = visit(1280, color_scheme="dark")
    plate = page.evaluate("getComputedStyle(document.querySelector('.chart img')).backgroundColor")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert plate == "rgb(255, 255, 255)"
    assert max(int(part) for part in paper[4:-1].split(",")) < 60


def test_text_is_dark_enough_in_light_and_light_enough_in_the_dark(visit):
    read = {"workbook.html": [".prose p", ".note", ".cover .lede", ".side a"]}
    read["report.html"] = [".figures .note", ".badge", ".question p", ".method dd", ".told", ".of"]
    for scheme, name in product(("light", "dark"), DOCUMENTS):
        page = visit(1280, name, color_scheme=scheme)
        for selector in read[name]:
            assert page.evaluate(CONTRAST, selector) >= 4.5, (scheme, selector)


def test_on_paper_code_and_contents_are_left_out(visit):
    page = visit(1280)
    page.emulate_media(media="print")
    for selector in ("nav.side", "details.contents", "details.code"):
        assert not page.locator(selector).first.is_visible()
    link = page.locator("main .prose a").first
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e.parentElement).color]"
    assert len(set(link.evaluate(colours))) == 1
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_all_code_can_be_shown_at_once(visit):
    page = visit(1280)
    page.get_by_role("button", name="Show all code").click()
    assert page.locator("details.code:not([open])").count() == 0


CONTRAST = """selector => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  let box = document.querySelector(selector);
  const ink = light(rgb(getComputedStyle(box).color));
  const shade = box => getComputedStyle(box || document.body).backgroundColor;
  while (box && /^rgba.*, 0\\)$/.test(shade(box))) { box = box.parentElement; }
  const paper = light(rgb(shade(box)));
  return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
}"""
