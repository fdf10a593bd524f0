"""Single cells: what a date, an amount, a number or a word in a file says.

`values` reads whole columns, `writing` judges how dates and decimals are written, `dates` knows
the ways of writing a moment.
"""
