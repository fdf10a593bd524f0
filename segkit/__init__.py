"""Customer segmentation from goal to action: the module behind the workbook.

Importing it is cheap: rooms are loaded when first used. One thread per process for
linear algebra is set here, before numpy loads, because two slow small fits down.
"""

import importlib
import os
import pkgutil

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "0.1.0"
_ROOMS = tuple(room.name for room in pkgutil.iter_modules(__path__))


def open_run(study, *, stage):
    """Open the run folder of a study for one stage; see `segkit.study.open_run`.

    Parameters
    ----------
    study : str
        Name of a file in studies/.
    stage : str
        The notebook, such as "04_segments" or "approaches/rfm".

    Returns
    -------
    segkit.study.Run
        Its `write` and `read` leave and fetch artefacts by name.

    Raises
    ------
    segkit.study.StudyError
        Where the study or the stage is not known, or the folder cannot be written.

    Examples
    --------
    >>> import segkit
    >>> segkit.open_run("no_such_study", stage="04_segments")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.study.StudyError: There is no study 'no_such_study'...
    """
    return importlib.import_module("segkit.study").open_run(study, stage=stage)


def __getattr__(name):
    if name in _ROOMS:
        return importlib.import_module(f"segkit.{name}")
    raise AttributeError(f"module 'segkit' has no attribute '{name}'")


def __dir__():
    return sorted([*globals(), *_ROOMS])
