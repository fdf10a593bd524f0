"""What an approach says of itself, for the chooser, the gallery and the README."""

from dataclasses import dataclass

from segkit.refusal import Refused


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

    @property
    def unknown(self):
        """Say that nothing of the family is known, and what would help."""
        return f"nothing {self.family} is known here. It would need {self.data}."

    def refused(self, approach, why):
        """Refuse the approach of this name for these customers, with the reason in words."""
        named = approach.upper() if len(approach) == 3 else approach.replace("_", " ")
        return Refused(f"*No {named}{' groups' * bool(self.family)} for these customers:* {why}")
