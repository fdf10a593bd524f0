"""Of a day of birth the year is kept, under whatever heading."""

import pytest

from segkit import data

ORDERS = "customer_id,ordered_at,amount\n" + "\n".join(
    f"C{n % 3},2024-01-{n + 1:02},5.00" for n in range(9)
)


@pytest.mark.parametrize("heading", ["Дата рождения", "birth_date", "DOB", "Geburtsdatum"])
def test_the_year_alone_is_kept(project, heading):
    rows = f"customer_id,{heading},city\nC0,1985-03-04,Ulm\nC1,04.05.1990,Ulm\nC2,,Bonn\n"
    tables = data.open(project(orders=ORDERS, customers=rows))
    years = tables.customers.order_by("customer_id").execute()[heading]
    assert years.fillna("").tolist() == ["1985", "1990", ""]
    assert f"the year alone is kept of: {heading}" in " ".join(tables.notes().measured)


def test_a_place_of_birth_is_no_day(project):
    rows = "customer_id,place_of_birth\nC0,Ulm\nC1,Ulm\nC2,Bonn\n"
    tables = data.open(project(orders=ORDERS, customers=rows))
    assert set(tables.customers.execute()["place_of_birth"]) == {"Ulm", "Bonn"}


def test_years_are_no_days_and_stay_as_they_are(project):
    rows = "customer_id,born,city\nC0,1985,Ulm\nC1,1990,Ulm\nC2,,Bonn\n"
    tables = data.open(project(orders=ORDERS, customers=rows))
    assert set(tables.customers.execute()["born"].dropna()) == {"1985", "1990"}
    assert "year alone" not in " ".join(tables.notes().measured)
