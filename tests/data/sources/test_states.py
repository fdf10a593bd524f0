"""The state of a table: any other bound cell is seen, no other column and no order of rows is."""

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.data.sources.databases import states
from tests.support import engines

SHOP = """
    create table lines (id int, day timestamp, who text, paid decimal(12, 2), weight float8,
                        note text);
    insert into lines values (1, '2024-01-05 10:00', 'ann', 10.00, 0.1, 'x'),
        (2, '2024-01-06 10:00', 'bob', 4.50, 0.2, 'x'), (2, '2024-01-06 10:00', 'bob', 4.50, 0.2,
        'x'), (3, null, '', null, null, null), (4, '2024-02-06 10:00', null, 7.00, 0.3, 'y')
"""
BOUND = ["day", "id", "paid", "weight", "who"]
CHANGES = {
    "same length": "update lines set who = 'eva' where who = 'ann'",
    "capitals": "update lines set who = 'Ann' where who = 'ann'",
    "swapped": "update lines set who = case id when 1 then null when 4 then 'ann' else who end",
    "swapped money": "update lines set paid = 14.50 - paid where id in (1, 2)",
    "empty for NULL": "update lines set who = '' where who is null",
    "NULL for empty": "update lines set who = null where who = ''",
    "zero for NULL": "update lines set paid = 0 where paid is null",
    "a cent": "update lines set paid = paid + 0.01 where id = 1",
    "a float's last digits": "update lines set weight = 0.30000000000000004 where id = 4",
    "a microsecond": "update lines set day = day + interval '1 microsecond' where id = 1",
    "twice the same no more": "update lines set id = 5, who = 'bob' where id = 1",
    "one of two equal rows": "delete from lines where id = 2",
    "a row more": "insert into lines select * from lines where id = 1",
}


@pytest.fixture(scope="module")
def server():
    engines.need_postgres()
    with engines.server() as port:
        yield ibis.postgres.connect(host="127.0.0.1", port=port, user=engines.USER,
                                    password=engines.PASSWORD, database="postgres")  # fmt: skip


@pytest.fixture(params=["duckdb", "postgres"])
def shop(request):
    duck = request.param == "duckdb"
    connection = ibis.duckdb.connect() if duck else request.getfixturevalue("server")
    tell(connection, "drop table if exists lines")
    for sql in SHOP.split(";"):
        tell(connection, sql)
    return connection


def tell(connection, sql):
    if connection.name == "duckdb":
        connection.raw_sql(sql)
    else:
        with connection.begin() as cursor:
            cursor.execute(sql)


def seen(connection):
    return states.hashed(connection, connection.table("lines"), BOUND)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_bound_cell_is_another_state(shop, change):
    before = seen(shop)
    assert seen(shop) == before
    tell(shop, change)
    assert seen(shop) != before


def test_other_columns_and_the_order_of_rows_do_not_count(shop):
    before = seen(shop)
    tell(shop, "update lines set note = 'another'")
    tell(shop, "create table turned as select * from lines order by paid desc, id desc")
    tell(shop, "drop table lines")
    tell(shop, "alter table turned rename to lines")
    assert seen(shop) == before


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_settings_of_a_session_have_no_say(shop, zone):
    before = seen(shop)
    tell(shop, f"set timezone = '{zone}'")
    assert seen(shop) == before


ROWS = st.lists(st.tuples(st.none() | st.integers(0, 3), st.none() | st.text("ab", max_size=2)))


@given(ROWS, ROWS)
def test_two_tables_have_one_state_if_and_only_if_they_hold_the_same_rows(one, other):
    told = [states.hashed(ENGINE, table(rows), ["a", "b"]) for rows in (one, other, one[::-1])]
    assert (told[0] == told[1]) == (sorted(one, key=repr) == sorted(other, key=repr))
    assert told[0] == told[2]


ENGINE = ibis.duckdb.connect()


def table(rows):
    kinds = {"a": "int64", "b": "string"}
    columns = {name: [row[at] for row in rows] for at, name in enumerate(kinds)}
    import pyarrow as pa

    typed = pa.table({"a": pa.array(columns["a"], pa.int64()),
                      "b": pa.array(columns["b"], pa.string())})  # fmt: skip
    return ENGINE.create_table("rows", typed, overwrite=True)
