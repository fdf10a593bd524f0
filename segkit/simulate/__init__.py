"""Worlds with planted truth: customers whose segments are known, to test methods on.

`world` draws one, `write` puts it into a folder; WORLDS tells what there is; `likeness` compares
segments with what was planted. The same name,
number of customers, seed, start and months give the same bytes. The truth never stands in the
tables, and dirt, where it is asked for, is counted when it is planted.
"""

from segkit.simulate.truth import likeness
from segkit.simulate.worlds import WORLDS, World, world, write
