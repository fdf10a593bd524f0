"""Small workbooks, written by hand: for tests, and for the folder of hostile files."""

import io
import zipfile


def workbook(sheets, *, merged=()):
    """Return the bytes of a small .xlsx: {sheet: rows of texts and numbers}; `merged`: A2:A4 …"""
    names = list(sheets)
    kinds = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/s{n}.xml" ContentType="{office}.worksheet+xml"/>'
            for n in range(len(names))
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{types}/relationships"><Relationship Id="r" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{kinds}" xmlns:r="{links}"><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{n + 1}" r:id="s{n}"/>' for n, name in enumerate(names)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{types}/relationships">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{links}/worksheet" Target="s{n}.xml"/>'
            for n in range(len(names))
        )
        + "</Relationships>",
    }
    for n, rows in enumerate(sheets.values()):
        parts[f"xl/s{n}.xml"] = _sheet(kinds, rows, merged)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)),
                '<?xml version="1.0" encoding="UTF-8"?>' + text,
            )
    return buffer.getvalue()


def _sheet(kinds, rows, merged):
    lines = []
    for r, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + c)}{r}"><v>{value}</v></c>'
            if isinstance(value, int | float)
            else ""
            if value == ""
            else f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{value}</t></is></c>'
            for c, value in enumerate(row)
        )
        lines.append(f'<row r="{r}">{cells}</row>')
    spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
    spans = f"<mergeCells>{spans}</mergeCells>" if spans else ""
    return f'<worksheet xmlns="{kinds}"><sheetData>{"".join(lines)}</sheetData>{spans}</worksheet>'
