"""What order lines tell beyond one row per customer: tables for a reader, not for the card.

`sales` by group, product and time; `promotion` against sales, with lag; `cohorts` by first
purchase; `sequences` of what follows what; `web` for a site; what customers did in
`periods`, for groups made before them.
"""
