"""What every state of an order means, so that nothing is guessed in silence.

Each state found is listed in the study with what becomes of its rows. Its words tell most of them;
what they do not tell is written down all the same, and doubted.
"""

from segkit.data.treatment import states
from segkit.newcomer.guessing.layouts import Finding

MOST = 60
"""With more different values, a column holds no states."""

KEPT = "counted as a sale until you say otherwise"
LEFT = "not won: no sale until you say otherwise"


def found(guess, *, further=None):
    """List the states of guessed orders: Findings, whose key is the state and value its meaning.

    `further(heading)` may fetch more values of a column than the sample holds.
    """
    choice = guess.choice("status") if guess and guess.table == "orders" else None
    if choice is None:
        return []
    counts = guess.contents[choice.heading].counts
    seen = list(dict.fromkeys([*counts, *(further(choice.heading) if further else ())]))
    if len(seen) > MOST:
        return []
    deals = any(map(states.is_won, seen))
    return [_meant(state, counts[state], deals=deals) for state in seen]


def _meant(state, n, *, deals):
    meaning = states.told(state)
    known = meaning and (not deals or meaning != states.COUNTS or states.is_won(state))
    said = (f"{n:,} of the rows looked at",) if n else ()
    if not deals and meaning == states.OPEN:
        return Finding(state, meaning, said, "still open, by its words: no sale until you say so")
    if known:
        return Finding(state, meaning, said)
    guessed, doubt = (states.OPEN, LEFT) if deals else (states.COUNTS, KEPT)
    return Finding(state, guessed, said, f"what “{state}” means is not known; {doubt}")
