"""What an approach says of itself, for the chooser, the gallery and the README."""

from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """One approach in words, and what it must find on the customer card.

    question: what it answers; use: what is done with it; difficulty: low, medium or high; place:
    where it stands among all, the smallest number first; when: the situation it is for; data:
    what it needs, in words; columns: the card columns without which it cannot be fitted; options:
    the arguments of its `fit` that a recipe may hold; family: the family of attributes of which it
    needs at least one, whatever it is called; heavy: its fit takes seconds, so it is not tried
    along with the others; own: what it is fitted on is no part of the customer card but made in
    its own notebook.
    """

    question: str
    use: str
    difficulty: str
    when: str
    data: str
    columns: tuple = ()
    options: tuple = ()
    family: str = ""
    heavy: bool = False
    own: bool = False
    place: int = 1000
