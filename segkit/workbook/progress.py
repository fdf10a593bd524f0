"""What the user sees while the chain runs: bars in a terminal, plain lines in a log."""

from segkit.workbook.kernels import Watcher


class Lines(Watcher):
    """One line when a notebook begins and one when it is done, for logs and files."""

    def __init__(self, console):
        self.console = console

    def started(self, job):
        """Say which notebook begins."""
        self.console.print(f"{job.stage}: {len(job.content['cells'])} cells …", highlight=False)

    def finished(self, job):
        """Say how it went."""
        how = "stopped" if job.failure else "done"
        self.console.print(f"{job.stage}: {how} after {job.seconds:.1f} s", highlight=False)


class Bars(Watcher):
    """A bar over all notebooks and one per notebook over its cells."""

    def __init__(self, console, jobs):
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.bars = Progress(
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=32),
            TextColumn("{task.completed:.0f}/{task.total:.0f} {task.fields[unit]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self.whole = self.bars.add_task("notebooks", total=len(jobs), unit="notebooks")
        self.tasks = {
            job.stage: self.bars.add_task(
                job.stage, total=len(job.content["cells"]), unit="cells", start=False
            )
            for job in jobs
        }

    def started(self, job):
        """Start the notebook's clock."""
        self.bars.start_task(self.tasks[job.stage])

    def advanced(self, job, cell):
        """Move the notebook's bar."""
        self.bars.update(self.tasks[job.stage], completed=cell)

    def finished(self, job):
        """Stop the notebook's clock and move the bar over all."""
        if not job.failure:
            self.bars.update(self.tasks[job.stage], completed=len(job.content["cells"]))
        self.bars.stop_task(self.tasks[job.stage])
        self.bars.advance(self.whole)

    def __enter__(self):
        self.bars.start()
        return self

    def __exit__(self, *error):
        self.bars.stop()


def watcher(console, jobs):
    """Choose bars for a terminal and lines for everything else; use it with `with`."""
    return Bars(console, jobs) if console.is_terminal else Lines(console)
