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
        "long_cell.csv": table(*ROWS, f"{'x' * 20000},16,2024-02-08,7.00"),
    }  # fmt: skip


def with_word(word):
    """Join the rows to a table whose products are called so."""
    return table(*[f"{row},{word}" for row in ROWS], head=f"{HEAD},product_name")


SCRIPT = "<img src=x onerror=alert(1)>"
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
        "cut_short.csv.gz": gzip.compress(table(*MANY).encode(), mtime=0)[:-400],
        "wrong_sum.csv.gz": gzip.compress(table(*MANY).encode(), mtime=0)[:-8] + b"x" * 8,
        "packed_twice.csv.gz": gzip.compress(gzip.compress(table().encode(), mtime=0), mtime=0),
        "packed_in_two_parts.csv.gz": b"".join(
            gzip.compress(part.encode(), mtime=0) for part in (table()[:100], table()[100:])
        ),
        "stray_cell.xlsx": workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "stray_cell_below.xlsx": workbook('<row r="100000"><c r="C100000"><v>1</v></c></row>'),
        "packed.csv.gz": gzip.compress(table().encode(), mtime=0),
    }
    return found


MANY = [f"C{n % 50},{n},2024-01-{n % 28 + 1:02},{n * 7919 % 1000}.50" for n in range(900)]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(below):
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
    for name, content in (texts() | encoded()).items():
        raw = content if isinstance(content, bytes) else content.encode()
        (HERE / name).write_bytes(raw)
