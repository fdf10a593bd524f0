"""Guessing what files hold, for `segkit new`: never silently, always with examples.

`guess` weighs headings and cells (`content`) and tells tables and columns, `order_lines` looks
at money, quantities and ids of lines, `layouts` at dates, decimal marks and currency, `samples`
and `catalogue` fetch what is looked at, `rehearsal` tries the guess out.
"""
