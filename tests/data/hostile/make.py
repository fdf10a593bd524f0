"""Write the files of this folder anew: `python tests/data/hostile/make.py`.

Every file is a table of order lines with one thing wrong, said in its name. What must come of
each is listed in README.md, which tests/data/test_hostile.py checks file by file.
"""

import gzip
import io
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
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


NAMES = ("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=HYPERLINK(0)", "<b>x</b>")


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
        "packed.csv.gz": gzip.compress(table().encode(), mtime=0),
    }
    return found


def packed(files):
    """Zip some texts, always into the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


if __name__ == "__main__":
    for name, content in (texts() | encoded()).items():
        raw = content if isinstance(content, bytes) else content.encode()
        (HERE / name).write_bytes(raw)
