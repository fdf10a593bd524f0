"""Files without a number for anybody: rows stand for people, unless they look like orders."""

from datetime import date, timedelta

import duckdb
import pytest

from segkit import newcomer as new
from segkit.study import StudyError


@pytest.fixture
def shop(tmp_path, project, monkeypatch):
    """Give a maker: `shop(name=text)` writes exports and returns their paths as texts."""
    monkeypatch.chdir(tmp_path)

    def make(**files):
        for name, text in files.items():
            (tmp_path / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
        return [f"data/{name}.csv" for name in files]

    return make


def table(head, *rows):
    return "\n".join(",".join(map(str, row)) for row in (head.split(","), *rows)) + "\n"


def pick(n, *values):
    return values[n * 7 % 11 % len(values)]


def drafted(shop, *, text, name="export"):
    return new.draft("mine", shop(**{name: text}), options={"force": True})


N = range(24)
AGREE = ("Disagree", "Neutral", "Agree", "Strongly agree")
PEOPLE = {
    "survey": table("Timestamp,I plan ahead,I like to try things,Price matters to me",
                    *[(f"2024-03-01 09:{n:02}:00", *(pick(n + k, *AGREE) for k in range(3)))
                      for n in N]),
    "list": table("Country,Age,Income",
                  *[(pick(n, "ES", "FR"), 20 + n, 30000 + 97 * n) for n in N]),
    "sessions": table("PageValues,BounceRates,VisitorType,Region,Revenue",
                      *[(n * 1.5, n / 100, pick(n, "New", "Back"), n % 4, pick(n, "TRUE", "FALSE"))
                        for n in N]),
    "experiment": table("recency,history,channel,segment,visit,spend",
                        *[(n % 12 + 1, 29.99 + n, pick(n, "Web", "Phone"), pick(n, "Mail", "None"),
                           n % 2, n * 1.25) for n in N]),
}  # fmt: skip


@pytest.mark.parametrize("kind", PEOPLE)
def test_rows_without_a_number_are_people_and_it_is_said(kind, shop):
    draft = drafted(shop, text=PEOPLE[kind])
    part = draft.parts["customers"]
    assert part.guess.choice("customer_id") is None
    assert any("the number of its row stands for each" in note for note in part.guess.notes)
    path = new.save(draft)
    assert "customer_id:" not in path.read_text("utf-8").split("columns:")[1].split("#  ")[0]


NO_PEOPLE = {
    "a contact twice": table("E-mail,Country,Age",
                             *[(f"a{n % 5}@example.org", "ES", n) for n in N]),
    "orders": table("Order,Date,Total,Country",
                    *[(n // 2, f"2024-01-{n + 1:02}", n * 2.5, pick(n, "ES", "FR")) for n in N]),
    "weather": table("station,day,temperature,rain_mm",
                     *[(pick(n, "Oslo", "Bergen"), f"2024-01-{n + 1:02}", n - 3.5, n / 10)
                       for n in N]),
    "ids twice": table("Customer ID,Country,Age", *[(n % 5, pick(n, "ES", "FR"), n) for n in N]),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_PEOPLE)
def test_rows_that_are_somebody_s_or_nobody_s_are_not_numbered(kind, shop):
    with pytest.raises(StudyError):
        drafted(shop, text=NO_PEOPLE[kind])


def orders(n=24, *, day="{:%Y-%m-%d}", amount="{}.50", number="{}"):
    days = [date(2024, 1, 3) + timedelta(days=3 * k) for k in range(n)]
    rows = [(number.format(k), f"C{k % 5}", day.format(when), amount.format(3 + k))
            for k, when in enumerate(days)]  # fmt: skip
    return table("Order Number,Customer ID,Order Date,Amount", *rows)


def test_equal_files_are_named_and_read_once(shop):
    draft = new.draft("mine", shop(a=orders(), b=orders()), options={})
    assert draft.rest == [("b.csv", "it is a.csv once more, byte for byte")]
    assert draft.parts["orders"].files == ["data/a.csv"]


@pytest.mark.parametrize("amount", ["{}.250 KD", "KWD {}.250"])
def test_three_decimals_are_decimals_in_a_currency_of_thousandths(amount, shop):
    found = {f.key: f for f in drafted(shop, text=orders(amount=amount)).parts["orders"].findings}
    assert (found["decimal"].value, found["decimal"].doubt) == (".", "")


def test_an_order_number_that_is_often_empty_is_taken_and_doubted(shop):
    lines = orders(30).splitlines()
    some = [line if n % 10 not in (2, 5, 7) else f",{line.split(',', 1)[1]}"
            for n, line in enumerate(lines)]  # fmt: skip
    choice = drafted(shop, text="\n".join(some)).parts["orders"].guess.choice("order_id")
    assert choice.heading == "Order Number"
    assert "empty in 30%" in choice.doubts[0]


def test_a_few_dates_of_the_other_order_are_doubted_with_one_of_them(shop):
    text = orders(60, day="{:%m/%d/%Y}").replace("01/18/2024", "23/01/2024")
    found = {f.key: f for f in drafted(shop, text=text).parts["orders"].findings}
    assert found["dates"].value == "month first"
    assert "“23/01/2024” can only be day first (1 of 60" in found["dates"].doubt


def test_states_of_a_database_beyond_the_rows_looked_at_are_listed(shop, tmp_path):
    shop()
    rows = 1100
    with duckdb.connect(tmp_path / "shop.duckdb") as place:
        place.execute(
            "create table orders as select n as order_id, 'C' || n % 50 as customer_id, "
            "date '2024-01-01' + (n // 20)::int as order_date, 5.5 + n as amount, "
            f"if(n = {rows - 1}, 'Thinking it over', 'paid') as status from range({rows}) t(n)"
        )
    draft = new.draft("mine", [f"duckdb://{tmp_path / 'shop.duckdb'}"], options={})
    assert {state.key: bool(state.doubt) for state in draft.states} == {
        "paid": False, "Thinking it over": True
    }  # fmt: skip
