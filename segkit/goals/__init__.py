"""Goals (01): what decision a segmentation serves, and what would make it useless.

`standing` says where the business stands on one day (`days`), `kpis` holds what can be measured,
`aims` the goals it can serve, `past` measures a KPI through time, `letters` turns a wish into a
goal, `doubts` may answer "do not segment", `listed` says what is left of a list without orders.
"""

from segkit.goals.aims import CATALOGUE, catalogue, yardstick
from segkit.goals.doubts import knockouts, verdict
from segkit.goals.kpis import KPIS, Kpi
from segkit.goals.letters import goal, smart
from segkit.goals.past import Past, choose_kpi, history, outcome
from segkit.goals.standing import situation
