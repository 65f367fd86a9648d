#!/usr/bin/env python3
"""Makes the same plan as a workbook and as Word files of scp-1.0.0-plan.txt. See README.md."""
import datetime
import html
import re
import sys

import docx
import openpyxl

here = sys.argv[1]
lines = open(f"{here}/scp-1.0.0-plan.txt", encoding="utf-8").read().split("\n")
rows = [line.split("\t") for line in lines]


def typed(text):
    """A cell as a person types it: numbers, dates and times become numbers with a format."""
    if re.fullmatch(r"\d{1,2}-[A-Z][a-z]{2}-\d{2}", text):
        return datetime.datetime.strptime(text, "%d-%b-%y"), "d-mmm-yy"
    if re.fullmatch(r"\d\d:\d\d", text):
        hour, minute = text.split(":")
        return datetime.time(int(hour), int(minute)), "hh:mm"
    if re.fullmatch(r"\d+", text):
        return int(text), "General"
    return text, "General"


book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Plan"
for r, row in enumerate(rows, 1):
    for c, text in enumerate(row, 1):
        value, form = typed(text)
        if value != "":
            cell = sheet.cell(r, c, value)
            cell.number_format = form
sheet.merge_cells("A1:K1")  # the title, over the table
sheet.merge_cells("B33:B37")  # one date for the five tasks of the day
book.save(f"{here}/scp-openpyxl.xlsx")

# The Word files: runs of lines with tabs are tables, everything else is a paragraph.
blocks, table = [], []
for row in rows + [[""]]:
    blank = all(text == "" for text in row)
    if len(row) > 1:
        table.append(row)
        continue
    if table and blank and len(blocks) > 5 and len(table) < 12 and table[0][0] in ("Category", "Deployment Environment"):
        following = lines.index("\t".join(table[-1])) + 2 if "\t".join(table[-1]) in lines else 0
        if following < len(rows) and len(rows[following]) == len(table[0]):
            table.append([""] * len(table[0]))  # the blank row inside a table
            continue
    if table:
        blocks.append(table)
        table = []
    if not blank:
        blocks.append(row[0])

word = docx.Document()
page = ["<html><body>"]
for block in blocks:
    if isinstance(block, str):
        if block == lines[0]:
            word.add_heading(block, 1)
        else:
            p = word.add_paragraph()
            half = len(block) // 2
            p.add_run(block[:half])  # several runs, as an editor leaves them
            p.add_run(block[half:]).bold = True
        page.append(f"<p>{html.escape(block)}</p>")
        continue
    width = max(len(row) for row in block)
    t = word.add_table(rows=len(block), cols=width)
    page.append("<table>")
    for r, row in enumerate(block):
        page.append("<tr>")
        for c in range(width):
            text = row[c] if c < len(row) else ""
            t.cell(r, c).text = text
            page.append(f"<td>{html.escape(text)}</td>")
        page.append("</tr>")
    page.append("</table>")
    if block[0][0] == "Task ID":  # one date for the five tasks of the day
        for r in range(5, 9):
            t.cell(r, 1).text = ""
        t.cell(4, 1).merge(t.cell(8, 1))
        t.cell(4, 1).text = "7-Feb-19"
word.save(f"{here}/scp-python-docx.docx")
page.append("</body></html>")
open(f"{here}/scp.html", "w", encoding="utf-8").write("\n".join(page))
