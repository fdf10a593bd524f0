"""Rules as data: who is in a group, readable by people, checked, counted, explained.

A rule is nested data. `{all: [...]}`, `{any: [...]}` and `{not: ...}` hold further rules; a
condition is `{column: {op: value}}`, and `{column: value}` is short for `is`:

    {all: [{days_since_purchase: {over: 180}}, {spend_total: {at_least: 1000}}]}

| op | the column | value |
|---|---|---|
| over, at_least, under, at_most | numbers | a number |
| between | numbers or days, both ends in | [low, high] |
| is, is_not | anything | a number, text, true/false or day |
| one_of, none_of | anything | a list |
| contains | text, capitals or not | text |
| known | anything | true or false |
| before, after | days, the day itself left out | "2026-01-31" |

The same rule is checked (`check`), said in plain words (`in_words`), counted (`counts`), run by
any engine (`expression`) and explained for one customer (`explain`). An unknown value meets no
condition, not even under `not`: nobody is put into a group for what is not known of them
(three-valued logic; "unknown" becomes "out" only at the very top). `known: false` selects what
is unknown. Nothing is ever evaluated as code and no SQL is pasted together: `from_sql` parses a
predicate and lets through a list of allowed forms only. Taught in notebook
approaches/crm_selections.
"""

from segkit.segments.rules.files import read, to_yaml
from segkit.segments.rules.grouping import counts, grouped, listed, overlaps, selected
from segkit.segments.rules.logic import expression, truth
from segkit.segments.rules.predicates import from_sql
from segkit.segments.rules.syntax import OPS, check, columns, conditions, plain
from segkit.segments.rules.telling import explain, in_words
