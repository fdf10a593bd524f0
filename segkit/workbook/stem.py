"""A stem: one process that has loaded what notebooks import; their kernels are copies of it.

A fresh kernel spends two seconds on its start and imports, whatever its notebook does. The stem
loads modules once, and every kernel is forked from it in a fraction of that, with its own folder,
environment, log and process group, as if it had been started alone. It ends with the process that
started it, and its kernels end with it. Only Linux copies processes safely after such imports;
elsewhere `usable` says no, and kernels are started one by one (see `kernels`).
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

CODE = "from segkit.workbook import stem; stem.main()"
KERNEL = ("ipykernel.kernelapp", "ipykernel.ipkernel")
"""What every kernel loads, whatever its notebook."""


def usable():
    """Tell whether kernels can be copies of one process here."""
    return sys.platform == "linux"


class Stem:
    """The stem as seen by the process that starts it; use it with `with`."""

    def __init__(self, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", CODE],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *error):
        with contextlib.suppress(OSError):  # one that has died reads no more
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()

    def fork(self, command, *, modules, cwd, env, log):
        """Start a kernel: `command` as for a process of its own, `modules` it will import.

        Returns a `Copy`. Raises RuntimeError where the stem has died.
        """
        asked = {"argv": command, "modules": modules, "cwd": cwd, "env": env, "log": str(log)}
        try:
            self.process.stdin.write(json.dumps(asked) + "\n")
            self.process.stdin.flush()
            return Copy(int(self.process.stdout.readline()))
        except (OSError, ValueError):
            raise RuntimeError("the process that kernels are copied from has died") from None


class Copy:
    """A kernel that another process started, with what `subprocess.Popen` would tell of it."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        """Tell how it ended: None while it runs. Of another's child only the end is known."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return -signal.SIGKILL
        return None

    def wait(self, timeout=None):
        """Wait until it has ended; returns as `poll`. Raises subprocess.TimeoutExpired."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end and time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, signum):
        """Send a signal; one that has ended hears nothing."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def kill(self):
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def provisioner(manager, fork):
    """Make what starts and ends the kernel of a manager; `fork(command, **how)` starts it."""
    from jupyter_client.provisioning.local_provisioner import LocalProvisioner

    class Provisioner(LocalProvisioner):
        async def launch_kernel(self, cmd, **how):
            self.process = await asyncio.to_thread(fork, cmd, cwd=how["cwd"], env=how["env"])
            self.pid = self.pgid = self.process.pid
            self.cwd = how["cwd"]
            return self.connection_info

    return Provisioner(kernel_id="", kernel_spec=manager.kernel_spec, parent=manager)


def main():
    """Load and copy, as asked on standard input, until it is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the copies
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # a kernel ends when this one does
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # nobody sets break points in copies
    _load(KERNEL)
    for line in sys.stdin:
        asked = json.loads(line)
        _load(asked["modules"])
        pid = os.fork()
        if not pid:
            _become(asked)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _load(modules):
    for name in modules:
        with contextlib.suppress(Exception):  # the notebook will say what it cannot import
            importlib.import_module(name)
    assert threading.active_count() == 1, "a process with threads cannot be copied"


def _become(asked):
    """Turn this copy into the kernel that was asked for; never returns."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(asked["cwd"])
    own = {name: os.environ[name] for name in ("JPY_PARENT_PID", "MPLBACKEND")}
    os.environ.clear()
    os.environ.update(asked["env"] | own)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number, opened in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
        os.dup2(opened, number)
    from ipykernel.kernelapp import IPKernelApp

    try:
        IPKernelApp.launch_instance(argv=asked["argv"][3:])  # behind python -m ipykernel_launcher
    finally:
        os._exit(0)
