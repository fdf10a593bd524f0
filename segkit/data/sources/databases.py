"""A connection instead of files: where a study's tables lie in a database."""

import os
import re

import ibis

from segkit.data.sources.reading import first_line
from segkit.study import StudyError


def stage(study, name, *, folder):
    """Copy one table of the study's `connection` into `folder`; returns the path of it."""
    if not study.connection:
        raise StudyError(f"studies/{study.name}.yaml: `source: connection` needs `connection: …`.")
    staged = folder / "table.parquet"
    try:
        outside = ibis.connect(expand(study.connection))
        outside.table(study.tables[name].table or name).to_parquet(str(staged))
    except StudyError:
        raise
    except Exception as error:
        raise StudyError(
            f"The table `{study.tables[name].table or name}` of `connection:` cannot be read "
            f"({first_line(error)}). Check the address, the password and the table's name."
        ) from None
    return staged


def expand(address):
    """Put environment variables into an address: "postgres://${USER}@host/shop".

    Raises StudyError naming the first variable that is not set.
    """
    for name in re.findall(r"\$\{(\w+)\}", address):
        if name not in os.environ:
            raise StudyError(f"`connection:` needs the environment variable {name}; set it first.")
    return re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], address)
