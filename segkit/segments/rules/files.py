"""Groups in a YAML file that an analyst edits, and back.

    groups:
      - name: Big and silent
        when:
          all:
            - spend_total: {at_least: 1000}
            - days_since_purchase: {over: 180}

A name given twice in one mapping is refused: YAML itself would silently forget the first.
"""

from pathlib import Path

import yaml

from segkit.segments import messages
from segkit.segments.rules import syntax
from segkit.study import StudyError, nearest

FIELDS = ("name", "when", "about", "use")
"""What a group may say of itself; `name` and `when` are needed."""


class _Loader(yaml.SafeLoader):
    """Plain YAML, but a key that stands twice is an error."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if name in seen:
                line = key.start_mark.line + 1
                raise messages.error("twice", line=line, name=name)
            seen.add(name)
        return super().construct_mapping(node, deep)


def read(path, *, settle=None):
    """Read groups from a YAML file: a list of {"name", "when"} (also "about", "use").

    The file holds a list of groups, or a mapping with `groups`; `settle` is a function that is
    given each rule before it is checked. Raises StudyError with the line, or the name of the
    group, that has to be mended.
    """
    path = Path(path)
    try:
        return _groups(yaml.load(path.read_text(encoding="utf-8"), _Loader), settle)
    except FileNotFoundError:
        raise StudyError(f"There is no file {path.name} to read groups from.") from None
    except UnicodeDecodeError:
        raise StudyError(f"{path.name} is no text in UTF-8. Save it so in your editor.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        told = getattr(error, "problem", None) or "it cannot be read"
        raise StudyError(f"{path.name}{place}: {told}. Check indents and colons.") from None
    except StudyError as error:
        raise StudyError(f"{path.name}, {error}") from None


def _groups(content, settle):
    groups = content.get("groups") if isinstance(content, dict) else content
    if not isinstance(groups, list) or not groups:
        raise StudyError("it holds no groups. Write `groups:` and a list of `- name: … when: …`.")
    found = [_group(group, place, settle) for place, group in enumerate(groups, start=1)]
    names = [group["name"] for group in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise StudyError(f"two groups are called {twice[0]!r}. Give every group its own name.")
    return found


def _group(group, place, settle):
    if not isinstance(group, dict) or "name" not in group or "when" not in group:
        raise StudyError(f"group {place}: a group needs `name:` and `when:`.")
    for field in group:
        if field not in FIELDS:
            near = nearest(field, FIELDS, marks="``")
            raise StudyError(f"group {group['name']!r}: `{field}` is not known.{near}")
    try:
        when = syntax.check(settle(group["when"]) if settle else group["when"])
    except StudyError as error:
        raise StudyError(f"group {group['name']!r}: {error}") from None
    return {**{name: str(told) for name, told in group.items()}, "when": when}


def to_yaml(groups):
    """Write groups as the text of a YAML file that `read` reads back as they were.

    Parameters
    ----------
    groups : list of dict
        {"name", "when"} each.

    Returns
    -------
    str
        `read` reads it back as it was.

    Examples
    --------
    >>> from segkit.segments import rules
    >>> rules.to_yaml([{"name": "Often", "when": {"orders_n": {"over": 5}}}]).splitlines()[:2]
    ['groups:', '- name: Often']
    """
    data = {"groups": [{**group, "when": syntax.plain(group["when"])} for group in groups]}
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=90)
