"""The seventeen approaches, one file (or folder) each, called like its notebook.

Each says what it is for (`ABOUT`), finds its segments on a customer card (`fit`, which returns a
`Definition`) and applies them in any engine (`expression`). `segkit.segments.chooser` lists and
compares them; what several of them need stands beside this room, in `rules`, `models`, `crm`.
"""
