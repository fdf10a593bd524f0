"""A shop with a script in every field: headings, cells, title, names of products, everything."""

import random

SIGNS = ('{0} <script>window.ran="{0}"</script>', "{0} <img src=x onerror=\"window.ran='{0}'\">",
         "{0} [x](javascript:window.ran='{0}')", "{0} $a_{{b}}$ and $c$", "=1+1|'{0}'!A0")  # fmt: skip
"""What is planted, around the name of the place."""


def plant(word, n=0):
    """Put something around a word that must not run."""
    return SIGNS[n % len(SIGNS)].format(word)


def make(home):
    """Write a study `planted` of two tables; returns its name."""
    (home / "data" / "orders.csv").write_text(_orders(), encoding="utf-8")
    (home / "data" / "customers.csv").write_text(_customers(), encoding="utf-8")
    lines = [f"title: {_quoted(plant('title'))}", "currency: EUR", "tables:"]
    for name, columns in {"orders": ORDERS, "customers": CUSTOMERS}.items():
        lines += [f"  {name}:", f"    file: data/{name}.csv", "    columns:"]
        lines += [f"      {known}: {_quoted(plant(known))}" for known in columns]
    (home / "studies" / "planted.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "planted"


ORDERS = ("customer_id", "order_id", "ordered_at", "amount", "product_name", "store_id", "channel")
CUSTOMERS = ("customer_id", "city", "gender", "age", "occupation")


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _csv(rows):
    return "\n".join(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows) + "\n"


def _orders():
    rng, rows = random.Random(1), [[plant(column) for column in ORDERS]]
    for n in range(4000):
        who = int(min(rng.paretovariate(0.7), 300))
        day = f"{2023 + n // 2000}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        thing = rng.randint(1, 12)
        named = (plant(f"thing{thing}", thing), plant(f"store{thing % 5}", thing % 5))
        amount = f"{rng.lognormvariate(3, 1):.2f}"
        rows.append(
            [plant(f"c{who}", who), f"o{n}", day, amount, *named, plant(f"shop{n % 5}", n % 5)]
        )
    return _csv(rows)


def _customers():
    rng, rows = random.Random(2), [[plant(column) for column in CUSTOMERS]]
    for n in range(1, 301):
        city, job = rng.randint(0, 4), rng.randint(0, 4)
        told = [plant(f"city{city}", city), rng.choice("fm"), str(rng.randint(18, 80))]
        rows.append([plant(f"c{n}", n), *told, plant(f"job{job}", job)])
    return _csv(rows)
