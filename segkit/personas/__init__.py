"""Who are they? The room of notebook 06.

A persona stands for one or more segments and says about them only what the data show. The
handbook asks for five fields (demographic, geographic, psychographic, behavioural, goals and
needs) and the five questions who, what, when, where, why. Its rule of thumb calls whatever
more than half of a group has its "main characteristic"; that ignores how common the thing is
anyway, so every statement here carries its count, its share here and among all, the lift and
a p-value adjusted for all statements made (Fisher 1922; Holm 1979).

The rooms: `words` (what columns are called), `evidence` (statements and their tests),
`roll_up` (many segments into three to seven personas), `profiles` (names, cards, gaps).

Refused: invented first names, ages, motives. What no table tells is "not known from the
data"; "why" is answered by survey answers or not at all.
"""

from segkit.personas import evidence, profiles, roll_up, words

__all__ = ["evidence", "profiles", "roll_up", "words"]
"""The files of the room."""
