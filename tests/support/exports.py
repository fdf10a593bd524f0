"""Invented exports in the layouts of known tools, and what is right for every column of them.

`tests/newcomer/corpus/*.yaml` lists headings, right roles and how cells are written; the people,
orders and prices come from a small drawn world, the same on every run. `write` makes the files of
one export, `score` lets `segkit new` guess them and compares.
"""

import csv
import io
import random
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import yaml

import segkit
from segkit import data, newcomer
from segkit.data import schema
from segkit.study import StudyError

FOLDER = Path(__file__).parents[1] / "newcomer" / "corpus"

PEOPLE = {
    "en": "Ann Lee|Bob Ray|Cat Moss|Dan Fox|Eve Hill|Finn Ward|Gil Nash|Ida Penn|Jon Reed",
    "ru": "Анна Белова|Борис Орлов|Вера Зимина|Глеб Рощин|Дина Лунина|Егор Малов|Жанна Тихова|"
    "Захар Ильин|Инга Седова",
    "de": "Anna Weiß|Bernd Huth|Clara Jost|Dirk Ohm|Elke Rau|Franz Lutz|Grit Voss|"
    "Heinz Bahr|Ina Kohl",
    "fr": "Anne Roux|Bruno Petit|Céline Faure|Denis Blanc|Élise Morin|Fabien Roy|Gaëlle Leroy|"
    "Hugo Brun|Inès Colas",
    "jp": "佐藤 愛|鈴木 健|高橋 花|田中 翔|伊藤 結|渡辺 誠|山本 彩|中村 亮|小林 遥",
}
PLACES = {
    "en": "Leeds,West Yorkshire,GB|York,North Yorkshire,GB|Hull,East Riding,GB|Bath,Somerset,GB",
    "ru": "Москва,Московская область,Россия|Тверь,Тверская область,Россия|Казань,Татарстан,Россия",
    "de": "Köln,Nordrhein-Westfalen,DE|Ulm,Baden-Württemberg,DE|Kiel,Schleswig-Holstein,DE",
    "fr": "Lyon,Rhône,FR|Nantes,Loire-Atlantique,FR|Lille,Nord,FR",
    "jp": "大阪市,大阪府,JP|横浜市,神奈川県,JP|札幌市,北海道,JP",
}
GOODS = {
    "en": "Blue mug,Kitchen,Mugs,Hearth|Tea towel,Kitchen,Textiles,Hearth|"
    "Wool scarf,Clothes,Scarves,Loom|"
    "Desk lamp,Home,Lamps,Lumo|Oak shelf,Home,Shelves,Lumo|Canvas bag,Clothes,Bags,Loom",
    "ru": "Кружка синяя,Кухня,Кружки,Очаг|Полотенце,Кухня,Текстиль,Очаг|"
    "Шарф шерстяной,Одежда,Шарфы,Нить|"
    "Лампа настольная,Дом,Лампы,Люмо|Полка дубовая,Дом,Полки,Люмо|Сумка холщовая,Одежда,Сумки,Нить",
    "de": "Tasse blau,Küche,Tassen,Herd|Geschirrtuch,Küche,Textilien,Herd|"
    "Wollschal,Kleidung,Schals,Garn|"
    "Tischlampe,Haus,Lampen,Lumo|Eichenregal,Haus,Regale,Lumo|Stofftasche,Kleidung,Taschen,Garn",
    "fr": "Tasse bleue,Cuisine,Tasses,Foyer|Torchon,Cuisine,Textiles,Foyer|"
    "Écharpe laine,Mode,Écharpes,Fil|"
    "Lampe de bureau,Maison,Lampes,Lumo|Étagère chêne,Maison,Étagères,Lumo|Sac toile,Mode,Sacs,Fil",
    "jp": "青いマグ,台所,マグ,炉|ふきん,台所,布,炉|ウールマフラー,衣料,マフラー,糸|"
    "卓上ランプ,住まい,ランプ,灯|棚,住まい,棚,灯|布バッグ,衣料,バッグ,糸",
}
PRICES = (12.5, 9.95, 34.0, 48.9, 120.0, 18.75)
LETTERS = dict(zip("абвгдежзи", "abvgdezhi", strict=True))
STYLES = {"en": ("", "."), "us": (",", "."), "ru": (" ", ","), "de": (".", ","), "bare": ("", ",")}


class Amount(float):
    """A number that is written as its file writes numbers; `{x:0}` without decimals."""

    style = "en"

    def __format__(self, spec):
        group, mark = STYLES[self.style]
        text = f"{float(self):,.{spec or 2}f}"
        return text.replace(",", "\0").replace(".", mark).replace("\0", group)


def load():
    """Read every export of the corpus: {name: what its YAML says}, and their family."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, export in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            lines = export["columns"].strip().splitlines()
            columns = [re.split(r"\s*::(?:\s+|$)", line, maxsplit=2) for line in lines]
            found[name] = {"rows": "lines", **export, "family": path.stem, "columns": columns}
    return found


# ------------------------------------------------------------------ the drawn world


def world(name, export):
    """Draw the people and orders of an export: (people, orders with their lines)."""
    rng = random.Random(name)
    style = type("Written", (Amount,), {"style": export.get("numbers", "en")})
    people = _people(export, style)
    orders = [_order(n, rng, people, export, style) for n in range(1, 1 + export.get("orders", 26))]
    for person in people:
        own = [o for o in orders if o["cid"] == person["cid"]]
        kept = [o for o in own if counts(o, export)]
        person |= {"orders_n": len(kept), "spend": style(sum(o["total"] for o in kept))}
        dates = [o["date"] for o in kept] or [datetime(2024, 1, 2)]
        person |= {"first_at": min(dates), "last_at": max(dates)}
    return people, orders


def _people(export, style):
    tongue = export.get("tongue", "en")
    scale = export.get("scale", 1)
    found = []
    for n, full in enumerate(PEOPLE[tongue].split("|"), start=1):
        first, last = full.split()
        city, region, country = (
            PLACES[tongue].split("|")[n % len(PLACES[tongue].split("|"))].split(",")
        )
        plain = f"{'abcdefghi'[n - 1]}.{('lee', 'ray', 'moss')[n % 3]}{n}"
        found.append({
            "cid": 1040 + 7 * n, "n": n, "first": first, "last": last, "name": full, "user": plain,
            "email": f"{plain}@example.{'org' if n % 2 else 'net'}", "city": city, "region": region,
            "phone": f"+44 7700 900{100 + n}", "ruphone": f"+7 900 111-22-{10 + n}",
            "country": country, "firm": (f"ООО «{last}»" if tongue == "ru" else f"{last} Ltd"),
            "inn": f"77{1000000000 + 13 * n}"[:10], "zip": f"{20100 + 37 * n}",
            "hex": f"{n * 2654435761 % 2**32:08x}", "big": 4100000000 + 7919 * n,
            "born": datetime(1960 + 4 * n, 1 + n, 3 + n), "age": 22 + 5 * n,
            "since": datetime(2022, n, 5 + n, 9, 7 * n % 60), "revenue": style(50000 * n * scale),
            "zero": style(0),
        })  # fmt: skip
    return found


def _order(n, rng, people, export, style):
    person = people[n - 1] if n <= len(people) else rng.choice(people)
    scale, most = export.get("scale", 1), export.get("lines", 3)
    states = export.get("states", {})
    date = datetime(2024, 1, 3, 9, 12) + timedelta(days=9 * n, hours=n % 9, minutes=7 * n % 60)
    lines = []
    goods = rng.sample(range(6), 1 + n % most if most > 1 else 1)
    for place, which in enumerate(goods, start=1):
        lines.append(_line(n, place, which, rng=rng, export=export, style=style))
    items = sum(line["amount"] for line in lines)
    off = round(0.1 * items, 2) if export.get("order_discount") and n % 4 == 0 else 0.0
    ship = 0.0 if n % 3 == 0 else 4.95 * scale
    total = items - off
    made = {"items": items, "off": off, "ship": ship, "total": total, "grand": total + ship,
            "tax": round(total / 6, 2), "fee": round(total * 0.029 + 0.3, 2)}  # fmt: skip
    made["net"] = total - made["fee"]
    made["notax"] = total - made["tax"]
    state = _drawn(states, n)
    made["back"] = made["grand"] if state in export.get("refunded", ()) else 0.0
    return {
        **person, **{key: style(value) for key, value in made.items()}, "no": 5000 + n, "o": n,
        "date": date, "later": date + timedelta(days=2, hours=3), "lines": lines,
        "state": state, "items_n": sum(line["qty"] for line in lines),
        "epoch": int(date.timestamp()), "ohex": f"{n * 2246822519 % 2**32:08x}", "seed": n,
    }  # fmt: skip


def _drawn(states, n):
    bag = [state for state, many in states.items() for _ in range(many)]
    return bag[(n * 2654435761 >> 9) % len(bag)] if bag else ""


def _line(n, place, which, *, rng, export, style):
    name, group, category, brand = GOODS[export.get("tongue", "en")].split("|")[which].split(",")
    scale = export.get("scale", 1)
    qty = rng.choice((1, 1, 2, 3))
    price = round(PRICES[which] * scale, export.get("decimals", 2))
    off = round(0.1 * price * qty, 2) if export.get("discounts") and (n + place) % 3 == 0 else 0.0
    return {
        "sku": f"{group[0].upper() if group[0].isascii() else 'K'}-{100 + 11 * which}",
        "pid": 70100 + 13 * which, "product": name, "group": group, "category": category,
        "brand": brand, "qty": qty, "price": style(price), "gross": style(price * qty),
        "disc": style(off), "minus": style(-off), "amount": style(price * qty - off),
        "cost": style(round(0.6 * price * qty, 2)), "line": place, "lid": 880000 + 10 * n + place,
        "ean": 4006381330000 + 17 * which, "lhex": f"{(10 * n + place) * 668265263 % 2**32:08x}",
    }  # fmt: skip


def counts(order, export):
    """Tell whether the state of an order makes it a sale."""
    return not export.get("counts") or order["state"] in export["counts"]


# ------------------------------------------------------------------ files


def records(name, export):
    """List what every row of an export is written from."""
    people, orders = world(name, export)
    if export["rows"] == "customers":
        return [{**p, "seed": p["n"], "place": 1} for p in people]
    if export["rows"] == "orders":
        return [{**o, **o["lines"][0], "place": 1} for o in orders]
    if export["rows"] == "mails":
        return [_mail(p, c) for c in range(1, 4) for p in people]
    if export["rows"] == "visits":
        return [_visit(o, step) for o in orders for step in range(3)]
    return [{**o, **line, "place": line["line"]} for o in orders for line in o["lines"]]


def _mail(person, c):
    sent, mark = datetime(2024, 3 * c, 4, 8, 30), (person["n"] * 5 + c) % 4
    return {
        **person, "seed": 10 * c + person["n"], "place": 1, "campaign": f"Spring {c}",
        "sent": sent, "opens": (0, 1, 3, 1)[mark], "clicks": (0, 0, 2, 1)[mark],
        "opened": (0, 1, 1, 1)[mark], "clicked": (0, 0, 1, 1)[mark],
        "o": 100 * c + person["n"],
    }  # fmt: skip


def _visit(order, step):
    seen = order["date"] + timedelta(minutes=4 * step)
    event = ("session_start", "page_view", "purchase")[step]
    return {
        **order, "seed": 3 * order["o"] + step, "place": 1, "seen": seen, "event": event,
        "micro": int(seen.timestamp() * 1e6), "seconds": int(seen.timestamp()), "step": step,
        "page": ("/", "/shop", "/thanks")[step], "visit": 77000000 + 91 * order["o"],
        "bought": f"{order['no']}" if step == 2 else "",
        "worth": f"{order['total']}" if step == 2 else "",
    }  # fmt: skip


def cell(how, record):
    """Write one cell: a format of the record, or `per order: a | b | c`, `@first`, `@some`."""
    how, _, only = how.partition(" @")
    if (only == "first" and record["place"] > 1) or (only == "some" and record["seed"] % 3):
        return ""
    chosen = re.match(r"per (\w+): (.*)", how)
    if chosen:
        key = {"order": "seed", "customer": "n", "line": "lid"}[chosen[1]]
        choices = [choice.strip() for choice in chosen[2].split("|")]
        how = choices[(3 * record[key] + record[key] // 4) % len(choices)]
    return how.format(**record).replace("''", "")


def write(name, export, folder):
    """Write the files of an export into `folder`: the list of paths, its own first."""
    rows = [[cell(how, record) for _, _, how in export["columns"]]
            for record in records(name, export)]  # fmt: skip
    heading = [[heading.strip() for heading, _, _ in export["columns"]]]
    text = io.StringIO()
    text.write("".join(f"{line}\n" for line in export.get("above", [])))
    mark = {"tab": "\t"}.get(export.get("separator", ","), export.get("separator", ","))
    csv.writer(text, delimiter=mark, lineterminator="\n").writerows([*heading, *rows])
    text.write("".join(f"{line}\n" for line in export.get("below", [])))
    path = Path(folder) / export["file"]
    path.write_bytes(text.getvalue().encode(export.get("encoding", "utf-8")))
    return [path, *_beside(name, export, folder)]


def _beside(name, export, folder):
    """Write plain orders of the same people beside an export that is none itself."""
    key = export.get("beside")
    if not key:
        return []
    _, orders = world(name, export)
    rows = [(o["no"], o[key], f"{o['date']:%Y-%m-%d}", f"{float(o['total']):.2f}") for o in orders]
    path = Path(folder) / "shop_orders.csv"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [("order_id", "customer_id", "order_date", "total"), *rows]
    )
    path.write_text(text.getvalue(), encoding="utf-8")
    return [path]


def sales(name, export):
    """Count what is right: (number of sales, sum of money), None where it is not asked."""
    if "money" not in export:
        return None
    _, orders = world(name, export)
    kept = [order for order in orders if counts(order, export)]
    if export["money"] in kept[0]:
        return len(kept), round(sum(float(order[export["money"]]) for order in kept), 2)
    lines = [line for order in kept for line in order["lines"]]
    return len(kept), round(sum(float(line[export["money"]]) for line in lines), 2)


# ------------------------------------------------------------------ score


def score(name, export, folder):
    """Let `segkit new` guess an export: {"table", "columns": [(heading, wanted, got, verdict)]}.

    Verdicts: right · unsure (marked so, or named beside a choice that is marked) · wrong (a wrong
    role, or none, in silence) · refused (no study was made).
    """
    paths = write(name, export, folder)
    try:
        draft = newcomer.draft("corpus", [str(path) for path in paths], options={"force": True})
    except StudyError as error:
        return _refused(export, str(error))
    own = {t: p for t, p in draft.parts.items() if paths[0].name in str(p.files)}
    table, part = next(iter(own.items()), (None, None))
    choices = {c.heading: c for c in part.guess.choices} if part else {}
    wanted = [(h.strip(), role.strip().split("/")) for h, role, _ in export["columns"]]
    found = [_verdict(h, roles, choices, table) for h, roles in wanted]
    right = export.get("table", "orders") in (table, "refused")
    if not right:
        found = [(h, w, g, "wrong" if v == "right" and w != "none" else v) for h, w, g, v in found]
    return {"table": table, "columns": found, "draft": draft, "why": ""}


def _refused(export, why):
    """Score a refusal: right where no table is right, else nothing is known of any column."""
    verdict = "right" if export.get("table") == "refused" else "refused"
    found = [(h.strip(), role.strip(), None, verdict) for h, role, _ in export["columns"]]
    return {"table": "refused", "columns": found, "draft": None, "why": why}


def _verdict(heading, roles, choices, table):
    choice = choices.get(heading)
    taken = {column(c, table) for c in choices.values()}
    got = column(choice, table) if choice else "none"
    lost = roles[0] in NEEDED and roles[0] not in taken
    right = got in roles and not lost
    named = [c for c in choices.values() if c.doubts and (c is choice or heading in _told(c))]
    unsure = named and (choice in named or not right)
    return heading, "/".join(roles), got, "unsure" if unsure else "right" if right else "wrong"


NEEDED = {"customer_id", "order_id", "ordered_at", "amount", "product_id", "sent_at", "seen_at"}
"""Roles that one column has to take, wherever a column may have them."""


def _told(choice):
    return " ".join((*choice.others, *choice.doubts))


def column(choice, table):
    """Name the role of a choice; what is no column of the table describes the customer."""
    return choice.column if choice.column in schema.names(table) else "attribute"


def money(name, export, result):
    """Take a guessed export through the data stage: what its sales should be, and what they are."""
    wanted = sales(name, export)
    if wanted is None or result["draft"] is None:
        return ""
    try:
        newcomer.save(result["draft"])
        facts = data.open(segkit.open_run("corpus", stage="03_data")).facts()
    except StudyError as error:
        return f"{wanted[0]} sales, {wanted[1]:.2f}; stopped: {str(error).splitlines()[0]}"
    got = facts["orders_n"], round(float(facts["spend_total"]), 2)
    said = "right" if got[0] == wanted[0] and abs(got[1] - wanted[1]) < 0.015 else "NOT RIGHT"
    return f"{wanted[0]} sales, {wanted[1]:.2f}; got {got[0]}, {got[1]:.2f}: {said}"


def totals(scores):
    """Count verdicts over all columns: a Counter."""
    return Counter(verdict for one in scores for *_, verdict in one["columns"])
