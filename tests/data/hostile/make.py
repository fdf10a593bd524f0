"""Write the files of this folder anew: `python tests/data/hostile/make.py`.

Every file is a table of order lines with one thing wrong, said in its name. What must come of
each is listed in README.md, which tests/data/test_hostile.py checks file by file.
"""

import gzip
import io
import re
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[1] / "support"))

from workbooks import workbook  # noqa: E402

HEAD = "customer_id,order_id,ordered_at,amount"
ROWS = [
    "A,10,2024-01-05,9.50",
    "B,11,2024-01-06,3.00",
    "C,12,2024-01-07,12.25",
    "A,13,2024-02-05,4.10",
    "B,14,2024-02-06,100.00",
    "D,15,2024-02-07,0.99",
]
RUSSIAN = ["Клиент;Заказ;Дата;Сумма"] + [
    f"{name};{n};{n - 5:02}.01.2024;{n},50"
    for n, name in enumerate(("Алёна", "Борис", "Вера", "Алёна", "Григорий"), start=10)
]
GERMAN = "customer_id;order_id;ordered_at;amount;city\nA;1;05.01.2024;9,50;München\n"
GERMAN += "B;2;16.01.2024;3,00;Köln\nC;3;17.01.2024;1 €;Großräschen\n"


def table(*rows, head=HEAD):
    """Join a heading and rows to the text of a file."""
    return "\n".join([head, *(rows or ROWS)]) + "\n"


def texts():
    """Give the files that are text in UTF-8: {name: content}."""
    with_name = [f"{row},{name}" for row, name in zip(ROWS, NAMES, strict=True)]
    half = [f"A,{n},2024-01-{n % 28 + 1:02},5.00" for n in range(30)]
    others = [f"C{n},{n + 100},2024-02-{n % 28 + 1:02},5.00" for n in range(30)]
    wide = ",".join(f"x{n}" for n in range(150))
    return {
        "zero_bytes.csv": "",
        "blank_lines_only.csv": "\n\n  \n",
        "header_only.csv": HEAD + "\n",
        "no_header.csv": "\n".join(ROWS) + "\n",
        "no_separator.csv": "orders\nA 10 2024-01-05\nB 11 2024-01-06\n",
        "mixed_delimiters.csv": table(*ROWS[:4], "E;16;2024-02-08;7.00", "F;17;2024-02-09;8.00"),
        "ragged_rows.csv": table(*ROWS[:3], "E,16,2024-02-08,7.00,extra,more", "F", *ROWS[3:]),
        "duplicate_headers.csv": table(*[f"{r},{n}" for n, r in enumerate(ROWS)],
                                       head=f"{HEAD},Amount"),
        "empty_headers.csv": table(*[f"{r},x,,y" for r in ROWS], head=f"{HEAD},,,"),
        "title_lines_above.csv": "Sales report 2024\n# by Ann, on 2024-03-01\n\n" + table(),
        "sep_line_above.csv": "sep=;\n" + table().replace(",", ";"),
        "totals_below.csv": table(*ROWS, "Total,,,129.84", ",,,", "Итого:,,,129.84"),
        "empty_lines_between.csv": table(*ROWS[:2], "", "", *ROWS[2:], "", ""),
        "unclosed_quote.csv": table(*ROWS[:2], '"E,16,2024-02-08,7.00', *ROWS[2:]),
        "line_breaks_in_quotes.csv": table(*ROWS[:2], '"E\nF",16,2024-02-08,7.00', *ROWS[2:]),
        "nul_bytes.csv": table().replace("B,11", "B\0,11"),
        "carriage_returns_only.csv": table().replace("\n", "\r"),
        "mixed_line_ends.csv": table().replace("\n", "\r\n", 3),
        "web_page.csv": "<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>",
        "json.csv": '[{"customer_id": 1, "amount": 2}]',
        "formula_cells.csv": table(*with_name, head=f"{HEAD},note"),
        "formula_customer_ids.csv": table("=cmd|'/c calc'!A0,1,2024-01-05,5", *ROWS),
        "html_in_names.csv": table('<script>alert(1)</script>,1,2024-01-05,5', *ROWS),
        "sql_in_names.csv": table("'; DROP TABLE orders; --,1,2024-01-05,5", *ROWS),
        "sql_in_headers.csv": table(*[f"{r},1" for r in ROWS],
                                    head=f'{HEAD},"x""; DROP TABLE orders; --"'),
        "reserved_headers.csv": table(*[f"{r},1,2,3" for r in ROWS],
                                      head=f"{HEAD},__row,row,select"),
        "numbers_beyond_range.csv": table(*ROWS, "E,16,2024-02-08,99999999999999999999.00",
                                          "F,17,2024-02-09,1e400"),
        "nan_and_inf.csv": table(*ROWS, "E,16,2024-02-08,NaN", "F,17,2024-02-09,inf",
                                 "G,18,2024-02-09,-Infinity"),
        "year_1900_and_2099.csv": table(*ROWS, "E,16,1900-01-01,1", "F,17,2099-12-31,1"),
        "impossible_dates.csv": table(*ROWS, "E,16,2024-02-30,1", "F,17,2024-13-01,1"),
        "unclear_dates.csv": table("A,1,03/04/2024,5", "B,2,05/06/2024,5"),
        "unclear_decimals.csv": table('A,1,2024-01-05,"1,234"', 'B,2,2024-01-06,"2,500"'),
        "one_customer_half_of_all_rows.csv": table(*half, *others),
        "one_customer_only.csv": table(*half),
        "all_amounts_equal.csv": table(*half[:3], *others),
        "all_dates_equal.csv": table(*[row[:-15] + "2024-01-05,5.00" for row in others]),
        "150_columns.csv": table(*[f"{row},{wide}" for row in ROWS], head=f"{HEAD},{wide}"),
        **written_otherwise(),
        "email_in_product_name.csv": with_word("gift for anna@corp.com"),
        "phone_in_product_name.csv": with_word("call +7 916 555-44-33"),
        "bar_code_in_product_name.csv": with_word("cup 8901234567890"),
        "email_and_no_separator.csv": "orders\nanna@corp.com 10\nboris@corp.com 11\n",
        "email_for_an_amount.csv": table(*ROWS, "E,16,2024-02-08,anna@corp.com"),
        "email_within_customer_ids.csv": table(*ROWS, "Ann <anna@corp.com>,16,2024-02-08,5"),
        "script_in_every_field.csv": table(
            *[f"{SCRIPT}{r[0]},{SCRIPT}{n},2024-01-05,5,{SCRIPT}" for n, r in enumerate(ROWS)],
            head=f"{HEAD},{SCRIPT}"),
        "markdown_in_names.csv": table("[x](javascript:alert(1)),1,2024-01-05,5",
                                       "![x](//example.org/p.png),2,2024-01-05,5", *ROWS),
        "money_signs_in_names.csv": table("$5 and $6,1,2024-01-05,5", *ROWS),
        "formula_headers.csv": table(*[f"{r},1" for r in ROWS], head=f"{HEAD},=1+1"),
        "formula_full_width.csv": table("＝1+1,1,2024-01-05,5", "＠SUM(A1),2,2024-01-05,5", *ROWS),
        "formula_after_line_feed.csv": table('"\n=1+1",1,2024-01-05,5', *ROWS),
        "path_in_names.csv": table("../../2/passwd,1,2024-01-05,5", *ROWS),
        "order_numbers_some_blank.csv": table(*ROWS, "A,,2024-02-08,7.00", "B,,2024-02-08,8.00"),
        "order_numbers_all_blank.csv": table(*[re.sub(",1.,", ",,", row) for row in ROWS]),
        "order_numbers_n_a.csv": table(*[re.sub(",1.,", ",n/a,", row) for row in ROWS]),
        "order_numbers_nought.csv": table(*[re.sub(",1.,", ",0,", row) for row in ROWS]),
        "order_numbers_blank_equal_lines.csv": table(*["A,,2024-02-08,7.00"] * 2, *ROWS),
        "order_number_column_missing.csv": table(*[re.sub(",1.,", ",", row) for row in ROWS],
                                                 head=HEAD.replace(",order_id", "")),
        "open_deals_without_customer.csv": table(*[f"{row},won" for row in ROWS],
            ",16,2024-02-08,7.00,negotiation", ",17,,,proposal", head=f"{HEAD},status"),
        "cancelled_without_date.csv": table(*[f"{row},paid" for row in ROWS],
            "E,16,,7.00,cancelled", head=f"{HEAD},status"),
        "country_on_lines.csv": table(*[f"{row},FR" for row in ROWS], head=f"{HEAD},country"),
        "category_without_product.csv": table(*[f"{row},tea" for row in ROWS],
                                              head=f"{HEAD},category"),
        "long_cell.csv": table(*ROWS, f"{'x' * 20000},16,2024-02-08,7.00"),
    }  # fmt: skip


def written_otherwise():
    """Give the files whose ids, dates and amounts are written in ways of their own."""
    ids = {
        "ids_zero_width": ("A", "A\u200b", "\ufeffA", "\u2060A", "B", "C"),
        "ids_control_signs": ("A\x01B", "A\x07", "\x1b[31mRED", "B", "C", "D"),
        "ids_two_forms_of_accents": ("caf\u00e9", "cafe\u0301", "B", "C", "D", "E"),
        "ids_with_point_zero": ("101", "101.0", "102", "102.0", "103", "104.0"),
        "ids_shortened": ("2.8E+12", "2.8E+12", "2810000000001", "A", "B", "C"),
        "ids_with_leading_zeros": ("000001", "1", "02", "2", "3", "4"),
        "ids_in_two_cases": ("ab-1", "AB-1", "AB 1", "B", "C", "D"),
        "ids_between_other_blanks": ("\u00a0A", "A\u3000", "A", "B", "C", "\u2003D"),
        "byte_order_mark_within": ("A", "B", "C", "\ufeffA", "B", "D"),
    }
    dates = {
        "dates_in_words": (
            "5 January 2024",
            "Feb 6, 2024",
            "7 Mar 2024 10:15",
            "8 April 2024",
            "May 9, 2024 6:30 PM",
            "Jun-10-24",
        ),
        "dates_in_russian_words": (
            "2 января 2024 г., 10:15",
            "3 февраля 2024 г.",
            "4 мар. 2024",
            "5 мая 2024",
            "6 сент. 2024",
            "7 декабря 2024",
        ),
        "dates_in_polish_words": (
            "2 stycznia 2024",
            "3 lutego 2024",
            "4 lipca 2024",
            "5 sierpnia 2024",
            "6 listopada 2024",
            "7 grudnia 2024",
        ),
        "dates_in_spanish_words": (
            "5 de enero de 2024",
            "6 de febrero de 2024",
            "7 de marzo de 2024",
            "8 de abril de 2024",
            "9 de mayo de 2024",
            "10 de junio de 2024",
        ),
        "dates_in_chinese": tuple(f"2024年{n}月{n + 10}日" for n in range(1, 7)),
        "dates_with_weekdays": (
            "Mon 15.01.2024",
            "Tue 16.01.2024",
            "mer. 17.01.2024",
            "чт 18.01.2024",
            "Fr, 19.01.2024",
            "sáb 20.01.2024",
        ),
        "dates_weekday_like_a_month": (
            "mar. 5 mars 2024",
            "mer. 6 mars 2024",
            "jeu. 7 mars 2024",
            "ven. 8 mars 2024",
            "mar. 2 avril 2024",
            "lun. 6 mai 2024",
        ),
        "dates_of_months_only": ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06"),
        "dates_of_a_month_of_two_languages": ("1 listopad 2024", "2 listopad 2024") * 3,
        "dates_of_both_orders": (
            "01/13/2024",
            "02/14/2024",
            "13/01/2024",
            "14/02/2024",
            "03/04/2024",
            "05/06/2024",
        ),
        "dates_few_of_the_other_order": (
            *[f"01/{n}/2024" for n in range(13, 31)],
            "01/31/2024",
            "02/29/2024",
            "31/01/2024",
        ),
    }
    amounts = {
        "amounts_in_lakhs": ("1,23,456.00", "12,34,567.25", "99.50", "45,000.00", "5.25", "6.00"),
        "amounts_in_reais": tuple(f"R$ 1.23{n},50" for n in range(6)),
        "amounts_in_kroner": tuple(f"{n}5,50 kr" for n in range(1, 7)),
        "amounts_in_zloty": tuple(f"{n}5,50 zł" for n in range(1, 7)),
        "amounts_in_short_roubles": tuple(f"{n}200р" for n in range(1, 7)),
        "amounts_with_a_rare_code": tuple(f"ZAR{n}5.50" for n in range(1, 7)),
        "amounts_in_arabic_digits": ("١٢٫٥".replace("٫", "."), "٣.٢٥", "٤", "٥", "٦", "٧"),
        "amounts_with_one_exponent": ("1e+05", "20.50", "30.50", "40.50", "50.50", "60.50"),
        "amounts_with_one_of_two_points": (
            "1.234.567",
            "20.00",
            "30.00",
            "40.00",
            "50.00",
            "60.00",
        ),
    }
    found = {
        f"{n}.csv": table(*[f"{who},{at},2024-01-{at + 10},5.00" for at, who in enumerate(each)])
        for n, each in ids.items()
    }
    found |= {
        f"{n}.csv": table(*[f'C{at % 3},{at},"{day}",5.00' for at, day in enumerate(each)])
        for n, each in dates.items()
    }
    found |= {
        f"{n}.csv": table(
            *[f'C{at % 3},{at},2024-01-{at + 10},"{sum_}"' for at, sum_ in enumerate(each)]
        )
        for n, each in amounts.items()
    }
    return found | {
        "carets_between.csv": table().replace(",", "^"),
        "backslash_before_quotes.csv": table(
            *[f'{row},"Pipe {n}\\" long, steel"' for n, row in enumerate(ROWS)],
            head=f"{HEAD},product_name"),
    }  # fmt: skip


def with_word(word):
    """Join the rows to a table whose products are called so."""
    return table(*[f"{row},{word}" for row in ROWS], head=f"{HEAD},product_name")


SCRIPT = "<img src=x onerror=alert(1)>"
NAMES = ("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=HYPERLINK(0)", "<b>x</b>")


def counted():
    """Give the files of which not every row is a sale of its own: {name: content}."""
    state, shop = f"{HEAD},status", "customer_id,order_id,ordered_at,product_id,quantity,unit_price"
    paid = [f"{row},paid" for row in ROWS]
    refund, deals = f"{HEAD},refunded_amount", [f"{row},Closed Won" for row in ROWS]
    receipt = ["E,16,2024-02-08,14.99", "E,16,2024-02-08,14.99"]
    again = ["E,16,2024-02-08,1.00", "E,16,2024-02-08,2.00"]
    bought = [f"{row[:15]},p{n},{n},1.50" for n, row in enumerate(ROWS, start=1)]
    return {
        "state_on_first_line_only.csv": table(*paid, "E,16,2024-02-08,7.00,refunded",
                                              "E,16,2024-02-08,8.00,", head=state),
        "order_on_first_line_only.csv": table(*ROWS, "E,16,2024-02-08,7.00", ",16,,8.00"),
        "state_on_last_line_only.csv": table(*paid, "E,16,2024-02-08,7.00,",
                                             "E,16,2024-02-08,8.00,voided", head=state),
        "refund_column.csv": table(*[f"{r},0.00" for r in ROWS], "E,16,2024-02-08,7.00,7.00",
                                   "F,17,2024-02-08,8.00,3.50", head=refund),
        "refund_column_negative.csv": table(*[f"{r}," for r in ROWS], "E,16,2024-02-08,7.00,-7.00",
                                            head=refund),
        "refund_of_the_order_on_each_line.csv": table(
            *[f"{r},0.00" for r in ROWS], "E,16,2024-02-08,7.00,15.00",
            "E,16,2024-02-08,8.00,15.00", head=refund),
        "order_total_below_its_lines.csv": table(
            *[f"{r},{r.split(',')[3]}" for r in ROWS], "E,16,2024-02-08,7.00,10.00",
            "E,16,2024-02-08,8.00,10.00", head=f"{HEAD},order_total"),
        "totals_row_full.csv": table(*ROWS, "Grand Total,16,2024-02-08,129.84"),
        "totals_row_full_russian.csv": table(*ROWS, "Итого,16,2024-02-08,129.84"),
        "totals_row_first.csv": table("Totals,1,2024-02-08,129.84", *ROWS),
        "totals_row_by_its_sum.csv": table(*ROWS, "Everybody,16,2024-02-08,129.84"),
        "totals_row_in_order_numbers.csv": table(*ROWS, "A,Total,2024-02-08,129.84"),
        "subtotals_full.csv": table(*ROWS[:3], "Всего,1,2024-01-31,24.75", *ROWS[3:],
                                    "Всего,2,2024-02-28,105.09"),
        "customer_called_total.csv": table(*ROWS, "Total,16,2024-02-08,7.00",
                                           "Total,17,2024-02-09,7.00"),
        "equal_lines_of_a_receipt.csv": table(*ROWS, *receipt, "E,16,2024-02-08,3.00"),
        "receipt_of_two_equal_lines.csv": table(*ROWS, *receipt),
        "order_twice_as_a_whole.csv": table(*ROWS, *again, *again),
        "order_again_far_below.csv": table(*ROWS, ROWS[0]),
        "line_numbers_repeated.csv": table(
            *[f"{r},{n}" for r in ROWS for n in (1, 2)], f"{ROWS[5]},2", head=f"{HEAD},line"),
        "product_lines_repeated.csv": table(*bought, bought[5], head=shop),
        "product_lines_without_quantity.csv": table(
            *[f"{r},a" for r in ROWS], f"{ROWS[5]},a", head=f"{HEAD},product_id"),
        "deals_won_lost_and_open.csv": table(*deals, "E,16,2024-02-08,7.00,Closed Lost",
                                             "F,17,2024-02-08,8.00,Proposal", head=state),
        "deals_russian.csv": table(*[f"{r},Сделка успешна" for r in ROWS],
                                   "E,16,2024-02-08,7.00,Сделка провалена",
                                   "F,17,2024-02-08,8.00,В работе", head=state),
        "state_nobody_knows.csv": table(*paid, "E,16,2024-02-08,7.00,Zorgl", head=state),
        "amounts_of_three_decimals.csv": table(*ROWS, "E,16,2024-02-08,0.005",
                                               "F,17,2024-02-09,1.234"),
        "prices_of_a_tenth_of_a_cent.csv": table(*[f"{r[:15]},a,400,0.004" for r in ROWS],
                                                 head=shop),
    }  # fmt: skip


def encoded():
    """Give the files in other encodings, and those that are no text: {name: bytes}."""
    russian = "\n".join(RUSSIAN) + "\n"
    found = {
        f"encoding_{code}.csv": russian.encode(code)
        for code in ("cp1251", "cp866", "koi8_r", "mac_cyrillic", "utf_16", "utf_8_sig")
    }
    found |= {
        "encoding_cp1252.csv": GERMAN.encode("cp1252"),
        "encoding_mac_roman.csv": GERMAN.encode("mac_roman"),
        "encoding_utf_16_le_without_mark.csv": russian.encode("utf_16_le"),
        "encoding_utf_16_be_without_mark.csv": table().encode("utf_16_be"),
        "encoding_broken_utf_8.csv": russian.encode().replace("Вера".encode(), b"\xc2\xe5\xf0\xe0"),
        "pdf.csv": b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n",
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(64)),
        "binary_rubbish.csv": bytes((n * 7919 + n // 3) % 256 for n in range(3000)),
        "zip.csv": packed({"orders.csv": table()}),
        "workbook_named.csv": packed({"xl/workbook.xml": "<workbook/>"}),
        "text_named.xlsx": table().encode(),
        "broken.xlsx": packed({"xl/workbook.xml": "<workbook/>"})[:80],
        "broken.parquet": b"PAR1" + table().encode(),
        "broken.csv.gz": gzip.compress(table().encode(), mtime=0)[:40],
        "cut_short.csv.gz": gzip.compress(table(*MANY).encode(), mtime=0)[:-400],
        "wrong_sum.csv.gz": gzip.compress(table(*MANY).encode(), mtime=0)[:-8] + b"x" * 8,
        "packed_twice.csv.gz": gzip.compress(gzip.compress(table().encode(), mtime=0), mtime=0),
        "packed_in_two_parts.csv.gz": b"".join(
            gzip.compress(part.encode(), mtime=0) for part in (table()[:100], table()[100:])
        ),
        "stray_cell.xlsx": by_hand('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "stray_cell_below.xlsx": by_hand('<row r="100000"><c r="C100000"><v>1</v></c></row>'),
        "packed.csv.gz": gzip.compress(table().encode(), mtime=0),
    }
    return found | layouts()


def layouts():
    """Give files whose heading, groups or sheets are odd: {name: text or bytes}."""
    cells = [row.split(",") for row in sorted(ROWS)]
    rows = [[*row[:3], float(row[3])] for row in cells]
    again = [row[0] for row in cells]
    grouped = [["" if n and again[n - 1] == row[0] else row[0], *row[1:]]
               for n, row in enumerate(cells)]  # fmt: skip
    spans = {"A2:A3": 0, "A4:A5": 2}
    merged = [["" if n in (1, 3) else row[0], *row[1:]] for n, row in enumerate(rows)]
    once = [[*row[:3], "" if n in (1, 3) else row[3]] for n, row in enumerate(rows)]
    own = [line for name in "ABCD" for line in
           ([name, "", "", ""], *[["", *r[1:]] for r in cells if r[0] == name])]  # fmt: skip
    head, title = HEAD.split(","), ["Report of 2024", "", "", ""]
    over, under = ["customer_id", "order", "", "amount"], ["customer_id", "id", "date", "amount"]
    numbered = [",".join(map(str, (n, row))) for n, row in enumerate(ROWS)]
    short, half, total = ROWS[:3], len(rows) // 2, "A Total,,,13.60"
    return {
        "row_numbers_without_heading.csv": table(*[f"{n},{r}" for n, r in enumerate(ROWS, 1)]),
        "row_numbers_from_zero.csv": table(*numbered),
        "heading_one_short.csv": table(*[f"{row},x" for row in ROWS]),
        "heading_two_short.csv": table(*[f"{n},x,{row}" for n, row in enumerate(ROWS)]),
        "decimal_commas_without_quotes.csv": table(*[row.replace(".", ",") for row in ROWS]),
        "separators_at_line_ends.csv": table(*[f"{row},," for row in ROWS]),
        "remarks_beside_some_rows.csv": table(*[f"{r}," for r in short], f"{ROWS[3]},late"),
        "heading_with_units_below.csv": table(",,,EUR", *ROWS),
        "heading_with_groups_above.csv": table(",id,date,", *ROWS, head=",".join(over)),
        "heading_twice.csv": table("client,number,day,total", *ROWS),
        "title_and_heading_in_two_rows.csv": "Report of 2024,,,\n" + table(",,,EUR", *ROWS),
        "subtotals_by_last_word.csv": table(*short, total, *ROWS[3:], "Ash итог,,,9"),
        "subtotals_by_last_word_patient.csv": table(*ROWS, total).replace("\n", "\r"),
        "groups_filled_down.csv": table(*map(",".join, grouped)),
        "groups_on_lines_of_their_own.csv": table(*map(",".join, own)),
        "groups_filled_down_unknown.csv": table(),
        "merged_customers.xlsx": workbook({"S": [head, *merged]}, merged=spans),
        "merged_amounts.xlsx": workbook({"S": [head, *once]}, merged=["D2:D3", "D4:D5"]),
        "merged_title.xlsx": workbook({"S": [title, title, head, *rows]}, merged=["A1:D2"]),
        "merged_heading.xlsx": workbook({"S": [over, under, *rows]},
                                        merged=["A1:A2", "B1:C1", "D1:D2"]),
        "sheet_for_every_month.xlsx": workbook({"Jan": [head, *rows[:half]],
                                                "Feb": [head, *rows[half:]]}),
        "sheets_with_other_headings.xlsx": workbook({"Jan": [head, *rows], "Feb": [under, *rows]}),
        "sheets_unnamed.xlsx": workbook({"Jan": [head, *rows], "Feb": [head, *rows]}),
        "sheet_that_is_not_there.xlsx": workbook({"Jan": [head, *rows]}),
        "sheet_beside_remarks.xlsx": workbook({"About": [["Made by us"]], "S": [head, *rows]}),
    }  # fmt: skip


MANY = [f"C{n % 50},{n},2024-01-{n % 28 + 1:02},{n * 7919 % 1000}.50" for n in range(900)]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def by_hand(below):
    """Write an Excel file by hand: the rows, and below them some XML of one's own."""
    lines = [line.split(",") for line in (HEAD, *ROWS)]
    rows = "".join(
        f'<row r="{n}">' + "".join(
            f'<c r="{column}{n}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for column, cell in zip("ABCD", cells, strict=True)) + "</row>"
        for n, cells in enumerate(lines, start=1))  # fmt: skip
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
    )
    relation = '<Relationship Id="rId1" Type="{}/{}" Target="{}"/>'
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
    return packed({
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": relations.format(
            relation.format(_OFFICE, "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations.format(
            relation.format(_OFFICE, "worksheet", "worksheets/sheet1.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
                           '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}{below}'
                                    "</sheetData></worksheet>",
    })  # fmt: skip


def packed(files):
    """Zip some texts, always into the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


if __name__ == "__main__":
    for name, content in (texts() | counted() | encoded()).items():
        raw = content if isinstance(content, bytes) else content.encode()
        (HERE / name).write_bytes(raw)
