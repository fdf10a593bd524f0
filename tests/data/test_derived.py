"""What order lines add: places of customers, groups of goods, products by their names."""

from segkit import data
from segkit.data.reports import sales

HEAD = "customer_id,order_id,ordered_at,amount"


def opened(project, head, *rows, **tables):
    return data.open(project(orders="\n".join([f"{HEAD},{head}", *rows]) + "\n", **tables))


def test_a_customers_place_is_the_latest_that_is_known(project):
    rows = (
        "A,1,2024-01-05,5,FR",
        "A,2,2024-02-05,5,DE",
        "A,3,2024-03-05,5,",
        "B,4,2024-01-05,5,IT",
    )
    tables = opened(project, "country", *rows)
    found = tables.customers.order_by("customer_id").execute()
    assert found.set_index("customer_id").country.to_dict() == {"A": "DE", "B": "IT"}
    assert "places on order lines" in set(tables.notes().trap)
    card = data.card.build(tables, as_of="2024-04-01", window_days=0)
    assert card.country.tolist() == ["DE", "IT"]


def test_a_table_of_customers_is_completed_and_never_replaced(project):
    told = "customer_id,city\nA,Ulm\nB,Bonn\nZ,Jena\n"
    rows = ("A,1,2024-01-05,5,FR,Rom", "B,2,2024-01-05,5,IT,Rom")
    tables = opened(project, "country,city", *rows, customers=told)
    found = tables.customers.order_by("customer_id").execute()
    assert found.city.tolist() == ["Ulm", "Bonn", "Jena"]
    assert found.country.fillna("").tolist() == ["FR", "IT", ""]


def test_a_products_group_is_the_one_most_of_its_lines_name(project):
    rows = ("A,1,2024-01-05,5,p,tea", "A,2,2024-01-06,5,p,tea", "B,3,2024-01-05,5,p,toy",
            "B,4,2024-01-09,5,q,toy")  # fmt: skip
    tables = opened(project, "product_id,category", *rows)
    found = tables.products.execute().set_index("product_id").category.to_dict()
    assert found == {"p": "tea", "q": "toy"}


def test_a_group_stands_for_the_product_where_none_is_named(project):
    tables = opened(project, "category", "A,1,2024-01-05,5,tea", "B,2,2024-01-05,5,toy")
    assert set(tables.products.execute().product_id) == {"tea", "toy"}
    assert tables.has("product_id")


def test_sales_are_sorted_by_the_lines_own_product_names(project):
    head = "product_id,product_name"
    tables = opened(project, head, "A,1,2024-01-05,5,p1,Tea", "B,2,2024-01-05,7,p2,Toy")
    members = tables.orders.select("customer_id").distinct().execute().assign(segment="All")
    window = data.card.window(as_of="2024-02-01", window_days=0)
    rows = sales.lines(tables, members, window=window).execute()
    assert sales.levels(tables) == ["product_name"]
    assert rows.groupby("product_name").amount.sum().to_dict() == {"Tea": 5, "Toy": 7}
    report = sales.report(tables, members, window=window, smallest=1)
    assert report.value == "Toy"
