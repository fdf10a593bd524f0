"""papermill's engine of this house: the notebook runs in one of our kernels (see `kernels`).

    papermill --engine segkit notebooks/04_segments.ipynb out.ipynb -p N_SEGMENTS 5

`segkit run` hands over a kernel that is warm; without one, as on papermill's own command line, the
engine starts its own, in the folder it is called from. A parameter that the notebook does not have
or cannot use is refused, where papermill alone would warn and go on. papermill finds this file by
its entry point (`pyproject.toml`) and loads it itself: import papermill first, never this alone.
"""

import tempfile
from pathlib import Path

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine as Base
from papermill.log import logger

from segkit.workbook import kernels, parameters


class Engine(Base):
    """Executes a notebook in a kernel of the house."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, kernel=None, **told):
        """Execute the notebook in `kernel` (a `kernels.Kernel`) or in one of its own.

        `told` is what papermill hands to every engine, and hooks of nbclient. Raises StudyError for
        a parameter that the notebook does not have, or of the wrong type.
        """
        if kernel:
            _perform(nb_man, kernel, told)
            return
        parameters.check(nb_man.nb, nb_man.nb.metadata.papermill["parameters"])
        place = kernels.Place(Path.cwd(), kernels.environment())
        with tempfile.TemporaryDirectory(prefix="segkit-") as folder:
            own = kernels.start(nb_man.nb, place, Path(folder))
            try:
                _perform(nb_man, own, told)
            finally:
                kernels.stop(own)


def _perform(nb_man, kernel, told):
    """Execute all cells; papermill's manager writes down how it went."""
    kernel.book = nb_man.nb
    hooks = {name: hook for name, hook in told.items() if name.startswith("on_")}
    files = {name: told.get(name) for name in ("log_output", "stdout_file", "stderr_file")}
    ours = {"km": kernel.manager, "kernel_name": kernel.manager.kernel_name, "log": logger}
    limits = {"timeout": told.get("execution_timeout"), "iopub_timeout": 60}
    kept = {"coalesce_streams": True, "record_timing": False, **files}
    client = PapermillNotebookClient(nb_man, **ours, **limits, **kept, **hooks)
    client.kc = kernel.client
    client.execute()
