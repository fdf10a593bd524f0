"""Who are they? The room of notebook 06.

A persona stands for one or more segments and says about them only what the data show. The
handbook asks for five fields (demographic, geographic, psychographic, behavioural, goals and
needs) and the five questions who, what, when, where, why. Its rule of thumb calls whatever
more than half of a group has its "main characteristic"; that ignores how common the thing is
anyway, so every statement here carries its count, its share here and among all, the lift and
a p-value adjusted for all statements made (Fisher 1922; Holm 1979).

`portraits` holds what a reader looks at: segments rolled up, and their cards. Below it: `merging`
(many segments into three to seven personas), `statements` (what is asked, and what it proves),
`profiles` (names, pages, gaps), `always` (what is told of each, distinctive or not, and what to
ask), `phrases` (what columns are called).

Refused: invented first names, ages, motives. What no table tells is "not known from the
data"; "why" is answered by survey answers or not at all.
"""

from segkit.personas.portraits import cards, roll_up, standing
