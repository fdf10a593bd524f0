"""An answer that the data cannot carry is a value: it says why, and it says so once.

A study without money has no ABC, a list without orders no months. The function that would have
answered returns `Refused(why)` instead of a number, a table or a figure. Everything made from it
is the same refusal: its parts, its items, sums and comparisons, and what functions marked with
`passes` (all of `plots`, every table) make of it. So a notebook needs no condition, and its reader
meets the one reason once: the first cell that shows a refusal says it, those after it stay silent.

An assertion about an answer that is not there is not broken; what must be known to be there is
asked for with `isinstance(answer, Refused)`. Refusing is for what data lack; a user's slip is a
`segkit.study.StudyError`.
"""

import functools
import re

from segkit.markdown import inert

MARK = "\u2060"
"""A sign that takes no room; it stands around a reason inside a sentence, so that `in_lines` can
find it."""

_SAID = {}
"""Which cell said a reason first: {reason: source of the cell}."""


class Refused:
    """An answer that is not there, with the reason in words.

    Parameters
    ----------
    why : str
        One or two sentences in the user's words (Markdown): what is missing, and what would help.

    Examples
    --------
    >>> from segkit.refusal import Refused
    >>> abc = Refused("ABC needs money, and this list has none.")
    >>> abc.rules["cuts"]
    Refused('ABC needs money, and this list has none.')
    """

    __array_ufunc__ = None  # numpy leaves arithmetic to the refusal

    def __init__(self, why):
        self.why = why

    def __repr__(self):
        return f"Refused({self.why!r})"

    def __str__(self):
        return self.why

    def __format__(self, spec):
        return f"{MARK}{self.why}{MARK}"

    def __eq__(self, other):
        return isinstance(other, Refused) and other.why == self.why

    def __hash__(self):
        return hash(self.why)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key):
        return self

    def __setitem__(self, key, value):
        pass

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def _itself(self, *_, **__):
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __truediv__ = __rtruediv__ = __mod__ = __abs__ = __neg__ = __invert__ = _itself
    __call__ = __lt__ = __le__ = __gt__ = __ge__ = __and__ = __rand__ = __or__ = __ror__ = _itself

    def _ipython_display_(self):
        """Say the reason in the first cell that shows it, also when that cell is run again."""
        from IPython.display import Markdown, display

        cell = _cell()
        if _SAID.setdefault(self.why, cell) == cell:
            display(Markdown(inert(self.why)))


def passes(function):
    """Let a function hand on the first refusal among its arguments instead of working with it.

    Examples
    --------
    >>> from segkit.refusal import Refused, passes
    >>> @passes
    ... def share(part, *, whole):
    ...     return part / whole
    >>> share(1, whole=4), share(1, whole=Refused("Nothing was sold."))
    (0.25, Refused('Nothing was sold.'))
    """

    @functools.wraps(function)
    def carried(*args, **kwargs):
        refused = [value for value in (*args, *kwargs.values()) if isinstance(value, Refused)]
        return refused[0] if refused else function(*args, **kwargs)

    return carried


def in_lines(text):
    """Let each line of a computed text that rests on a refusal say only the reason, once.

    A line keeps the label it begins with, such as "- **Sorted:**".

    Examples
    --------
    >>> from segkit.refusal import Refused, in_lines
    >>> no = Refused("No money is known.")
    >>> in_lines(f"- **Sorted:** {no.share:.0%} bring {no.top:.0%}.")
    '- **Sorted:** No money is known.'
    """
    lines, said = [], set()
    for line in text.split("\n"):
        if MARK in line:
            before, why, *_ = line.split(MARK)
            label = re.match(r"\s*(- )?(\*+[^*]+:\*+)?", before)[0].rstrip()
            if why in said and not label:
                continue
            line = f"{label} {'as above.' if why in said else why}".lstrip(" ")
            said.add(why)
        lines.append(line)
    return "\n".join(lines)


def _cell():
    """Return the source of the notebook cell that is running, or nothing outside of one."""
    try:
        return get_ipython().user_ns["In"][-1]
    except (NameError, AttributeError, KeyError, IndexError):
        return None
