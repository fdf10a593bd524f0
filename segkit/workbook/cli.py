"""The command line: `segkit new`, `run`, `keep`, `compare`, `assign`, `export` and others.

Everything heavy is imported inside the command that needs it, so that listing studies takes no
longer than reading them. What the user can mend is said in words, never as a traceback: exit
code 2 for a wrong question (unknown study, parameter, notebook, folder), 1 for a notebook that
stopped, 130 for a run the user ended.
"""

import errno
import os
import sys
from typing import Annotated

import typer
from rich.console import Console
from typer.core import TyperGroup

import segkit
from segkit.study import StudyError, shown

Given = Annotated[
    list[str] | None,
    typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Set a parameter; repeatable."),
]
As = Annotated[
    str, typer.Option("--as", metavar="RUN", help="Name of the run folder (default: the study's).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print facts for a program.")]
Contacts = Annotated[
    str, typer.Option("--with", metavar="LIST", help="Contacts: email,phone,name,tax_id.")
]


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""Numbers of errors that say: nothing more can be written there."""


class Plain(TyperGroup):
    """A group of commands whose expected errors end in one message and an exit code."""

    def invoke(self, ctx):
        """Run the command; turn its errors into words."""
        from segkit.workbook.run import NotebookFailed

        try:
            return super().invoke(ctx)
        except StudyError as error:
            _complain(str(error))
            raise typer.Exit(2) from None
        except NotebookFailed as error:
            _complain(str(error))
            raise typer.Exit(1) from None
        except OSError as error:
            if error.errno not in FULL:
                raise
            _complain(
                f"{error.filename or 'The disk'} cannot be written: {error.strerror}. Free "
                "some room there, then run the same again; what was finished is kept."
            )
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            _complain("Stopped. Finished notebooks are kept; the same command goes on from there.")
            raise typer.Exit(130) from None


app = typer.Typer(
    cls=Plain,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Customer segmentation from goal to action.",
)


def _version(asked: bool):
    if asked:
        typer.echo(f"segkit {segkit.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
):
    """Customer segmentation from goal to action."""


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="A study: a file studies/NAME.yaml.")],
    given: Given = None,
    since: Annotated[
        str, typer.Option("--from", metavar="NN", help="Run this notebook and all after it.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run everything again.")] = False,
    run_name: As = "",
    pdf: Annotated[bool, typer.Option("--pdf", help="Write both documents as PDF, too.")] = False,
    refit: Annotated[
        bool, typer.Option("--refit", help="Propose new segments beside those that are kept.")
    ] = False,
):
    """Run a study from goal to action and write its report and its workbook.

    Only what changed is executed: notebooks, parameters, data, code.
    """
    from segkit.workbook import keeping
    from segkit.workbook import run as chain

    run_name = run_name or (keeping.proposal(name) if refit else "")
    _use_run(run_name)
    if pdf:
        from segkit.workbook import report

        report.printer(run_name or name)
    given = [*(given or ()), *(["REFIT=true"] if refit else [])]
    outcome = chain.run(name, given=given, since=since, fresh=fresh, console=Console())
    _tell(outcome)
    _say(f"kept    {keeping.standing(name)}")
    for path in report.pdf(outcome.path) if pdf else ():
        _say(f"PDF     {shown(path)}")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the new study.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, globs, or the address of a database."),
    ] = None,
    business: Annotated[
        str, typer.Option("--business", help="store, services, b2b or mixed (default: a guess).")
    ] = "",
    title: Annotated[str, typer.Option("--title", help="Title of the report.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="Such as EUR (default: found).")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over an existing study.")] = False,
):
    """Make a study of your own files: look at them, guess the columns, write studies/NAME.yaml.

    Nothing is copied. Files may be CSV, Excel, OpenDocument or Parquet, several at once.
    """
    from segkit import newcomer as making
    from segkit.newcomer import telling

    options = {"business": business, "title": title, "currency": currency, "force": force}
    console = Console()
    with console.status("Looking at the files"):
        draft = making.draft(name, files or [], options=options)
        path = making.save(draft)
    telling.tell(draft, path, console)


@app.command()
def studies():
    """List the studies and when each last ran."""
    from rich.table import Table

    from segkit import study

    table = Table("study", "title", "business", "last run", box=None, pad_edge=False)
    problems = []
    for name in study.studies():
        try:
            known = study.load(name)
            table.add_row(name, known.title, known.business, _last_run(name))
        except StudyError as error:
            problems.append(str(error))
    Console().print(table)
    if problems:
        raise StudyError("\n".join(problems))


@app.command("open", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def open_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A study: a file studies/NAME.yaml.")],
    given: Given = None,
    run_name: As = "",
    prepare_only: Annotated[
        bool, typer.Option("--prepare", help="Prepare the copy, do not start JupyterLab.")
    ] = False,
):
    """Open a study's notebooks in JupyterLab, as a copy to work in.

    Options it does not know are handed on, for example --no-browser.
    """
    from segkit.workbook import lab

    _use_run(run_name)
    prepared = lab.prepare(name, given=given or ())
    for file in prepared.kept:
        _say(f"Your edited {file} stays as it is.")
    for file in prepared.aside:
        _say(f"Your edited notebook is kept as {file}.")
    _say(f"workbook {shown(prepared.path)}")
    if not prepare_only:
        raise typer.Exit(lab.start(prepared, options=context.args))


@app.command()
def approach(
    names: Annotated[
        list[str] | None, typer.Argument(help="Approaches, such as rfm; none lists them.")
    ] = None,
    study: Annotated[
        str, typer.Option("--study", metavar="NAME", help="On this study (default: its example).")
    ] = "",
    given: Given = None,
    run_name: As = "",
    start: Annotated[
        str, typer.Option("--start", metavar="NAME", help="Begin an approach of your own.")
    ] = "",
):
    """Run notebooks of the gallery, one approach each, on a study; without a name, list them."""
    from segkit.workbook import gallery

    if start:
        _start_approach(start)
    elif not names:
        _list_gallery(gallery.listing())
    else:
        _use_run(run_name)
        wanted = gallery.names() if names == ["all"] else names
        for path in gallery.show(wanted, study=study, given=given or (), console=Console()):
            _say(f"page    {shown(path)}")


def _start_approach(name):
    from segkit.workbook import starting

    for path in starting.start(name):
        _say(f"written  {shown(path)}")
    _say(f"Next     change them, then: python -m segkit.workbook.publish {name} 04")


def _list_gallery(found):
    from rich.table import Table

    table = Table("approach", "question", "needs", "example", box=None, pad_edge=False)
    for row in found:
        table.add_row(*row.values())
    Console().print(table)
    _say("\nRun one on your study: segkit approach rfm --study NAME")


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="A study that has been run.")],
    to: Annotated[
        str, typer.Option("--to", metavar="FILE", help="Where to (a folder with --for).")
    ] = "",
    contacts: Contacts = "",
    segment: Annotated[
        list[str] | None, typer.Option("--segment", help="Only this segment; repeatable.")
    ] = None,
    stage: Annotated[
        list[str] | None,
        typer.Option("--stage", help="All at it, in a segment or not: lead, lost, …; repeatable."),
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option("--list", help="Only who joined, left or moved since the run before."),
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="Mark the file as UTF-8 for Excel.")
    ] = False,
    target: Annotated[
        str, typer.Option("--for", metavar="TOOL", help="In the form of a tool: google-ads, …")
    ] = "",
    consent: Annotated[
        str, typer.Option("--consent", metavar="COLUMN", help="Tells who agreed to be contacted.")
    ] = "",
    unchecked: Annotated[
        bool, typer.Option("--without-consent-check", help="Consent was checked elsewhere.")
    ] = False,
    run_name: As = "",
):
    """Write a list of customers with their segments, and contacts if asked for.

    The only command that writes contacts: they are read from the source, not from the run.
    """
    from segkit.workbook import export as exports

    _use_run(run_name)
    only = {"segments": segment or (), "stages": stage or (), "moves": move or ()}
    if target:
        how = {"name": name, "consent": consent, "unchecked": unchecked}
        prepared = exports.prepare(exports.members(name, **only), target, **how)
        paths = exports.hand_over(prepared, name, to=to)
        _say(prepared.said)
        _say("\n".join(f"wrote   {shown(path)}" for path in paths))
        return
    columns = _listed(contacts)
    frame = exports.members(name, contacts=columns, **only)
    path = exports.write(frame, name, to=to, excel=excel)
    _say(f"wrote   {shown(path)}: {len(frame):,} customers, {', '.join(frame.columns)}")
    if columns:
        _say("It holds personal data: keep it where only those who need it can read it.")


@app.command()
def keep(
    name: Annotated[str, typer.Argument(help="A study that has been run.")],
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    who: Annotated[str, typer.Option("--who", help="Who decided it.")] = "",
    listing: Annotated[bool, typer.Option("--list", help="List the versions, keep none.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last version back.")] = False,
    run_name: As = "",
):
    """Settle the segments the last run found: later runs apply them to new data.

    Versions lie in studies/NAME.kept.json, the last one in use. `segkit run NAME --refit` proposes
    others; keeping those with --as NAME-refit adds a version, earlier ones stay.
    """
    from segkit.workbook import keeping

    _use_run(run_name)
    if undo:
        _say(f"undone  version {keeping.undo(name)['version']}")
    elif not listing:
        version, fresh = keeping.keep(name, why=why, who=who)
        _say(f"{'kept   ' if fresh else 'as kept'} version {version['version']}")
        for segment, n in version["customers_n"].items():
            _say(f"{n:>8,}  {segment}  ({version['personas'].get(segment, 'no persona')})")
    _say("\n".join(keeping.listed(name)) or "no version is kept")
    _say(f"next    segkit run {name}")


@app.command()
def compare(
    name: Annotated[str, typer.Argument(help="A study with two snapshots or more.")],
    day: Annotated[
        str, typer.Option("--with", metavar="DATE", help="Which snapshot (default: the last).")
    ] = "",
    as_json: AsJson = False,
    run_name: As = "",
):
    """Say what moved since an earlier snapshot, why, and whether to look for segments anew."""
    from segkit.workbook import comparing

    _use_run(run_name)
    found = comparing.compare(name, day=day)
    if as_json:
        typer.echo(comparing.as_json(found))
        return
    comparing.tell(found, Console())


@app.command()
def customer(
    name: Annotated[str, typer.Argument(help="A study that has been run.")],
    customer_id: Annotated[str, typer.Argument(help="An id, as the source writes it.")],
    contacts: Contacts = "",
    as_json: AsJson = False,
    run_name: As = "",
):
    """Show one customer: segment and why, what would change it, purchases, earlier months.

    Nothing is written; contacts are read from the source, and only when asked for.
    """
    from segkit.workbook import comparing, dossier

    _use_run(run_name)
    wanted = _listed(contacts)
    facts = dossier.dossier(name, customer_id, contacts=wanted)
    typer.echo(comparing.as_text(facts) if as_json else dossier.told(facts))


@app.command()
def assign(
    name: Annotated[str, typer.Argument(help="A study that keeps a segmentation.")],
    files: Annotated[
        list[str] | None, typer.Argument(help="Files with the headings of the study's tables.")
    ] = None,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="A .csv or .parquet (default: in the run).")
    ] = "",
):
    """Put the customers of new files into the kept segments; who cannot be placed says why."""
    from segkit.workbook import assigning

    with Console().status("Reading the files"):
        frame, facts = assigning.assign(name, files or [])
    path = assigning.write(frame, name, to=out)
    _say(f"placed  {frame['segment'].notna().sum():,} of {len(frame):,} customers, {facts}")
    for segment, n in frame["segment"].value_counts().items():
        _say(f"{n:>8,}  {segment}")
    for why, n in frame.loc[frame["segment"].isna(), "why_not"].value_counts().items():
        _say(f"{n:>8,}  nowhere: {why}")
    _say(f"wrote   {shown(path)}")


@app.command()
def correct(
    name: Annotated[str, typer.Argument(help="A study that has been run.")],
    merge: Annotated[
        list[str] | None, typer.Option("--merge", help="Two or more segments to make one of.")
    ] = None,
    split: Annotated[str, typer.Option("--split", help="A segment to cut by its criteria.")] = "",
    refine: Annotated[str, typer.Option("--refine", help="A segment to cut by a column.")] = "",
    narrow: Annotated[str, typer.Option("--narrow", help="A segment to keep fewer in.")] = "",
    drop: Annotated[str, typer.Option("--drop", help="A segment to leave out of focus.")] = "",
    into: Annotated[int, typer.Option("--into", help="How many parts, 2 to 6.")] = 2,
    by: Annotated[str, typer.Option("--by", help="The column to refine by.")] = "",
    when: Annotated[str, typer.Option("--when", help="Who stays: spend_total > 100")] = "",
    to: Annotated[str, typer.Option("--to", help="Where the others go.")] = "",
    called: Annotated[str, typer.Option("--name", help="The name of a merged one.")] = "",
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    who: Annotated[str, typer.Option("--who", help="Who decided it.")] = "",
    undo: Annotated[int, typer.Option("--undo", help="Take this entry back.")] = 0,
    run_name: As = "",
):
    """Correct the segments of a study: merge, split, refine, narrow or drop.

    Without any of them it lists the corrections there are, and what notebook 05 proposes.

    Entries lie in studies/NAME.corrections.json and are taken in order by the next run.
    """
    from segkit.workbook import correcting

    _use_run(run_name)
    if undo:
        entry = correcting.undo(name, undo)
        _say(f"undone  {entry['kind']} {' + '.join(entry['segments'])}")
    else:
        parts = {"merge": merge, "split": split, "refine": refine, "narrow": narrow, "drop": drop}
        asked = {kind: named for kind, named in parts.items() if named}
        if len(asked) > 1:
            raise StudyError(f"One correction at a time: {' or '.join(asked)}?")
        for kind, named in asked.items():
            segments = list(named) if kind == "merge" else [named]
            entry = {"kind": kind, "segments": segments, "why": why, "who": who}
            entry |= {"into": into} if kind in ("split", "refine") else {}
            entry |= {"by": by} if kind == "refine" else {}
            entry |= {"name": called} if kind == "merge" and called else {}
            entry |= {"when": correcting.rule(when, name), "to": to} if kind == "narrow" else {}
            for segment, n in correcting.add(name, entry).items():
                _say(f"{n:>8,}  {segment}")
    _say("\n".join(correcting.listed(name)) or "no corrections")
    for proposal in correcting.proposed(name):
        _say(f"05 proposes: {proposal}")
    _say(f"next    segkit run {name}")


@app.command("simulate")
def simulate_(
    name: Annotated[
        str, typer.Argument(metavar="WORLD", help="store, services, b2b, mixed, null …")
    ],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="A new folder.")],
    customers: Annotated[int, typer.Option("--customers", help="How many, from 20.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same bytes.")] = 1,
    months: Annotated[
        int | None, typer.Option("--months", help="Length of the data (default: the world's).")
    ] = None,
    dirt: Annotated[
        bool, typer.Option("--dirt", help="Soil the orders as real exports are, and count it.")
    ] = False,
    rate: Annotated[
        list[str] | None,
        typer.Option("--rate", metavar="KIND=SHARE", help="Only this dirt; repeatable."),
    ] = None,
    label: Annotated[
        str, typer.Option("--study", metavar="NAME", help="Write studies/NAME.yaml, too.")
    ] = "",
):
    """Make a world of customers with a known truth: files, and a study that is ready to run.

    Worlds: store, services, b2b, mixed; email_test and survey, which have no orders; null, gradient
    and one_rare to try a method on.
    """
    from segkit.workbook import simulated

    options = {"customers": customers, "seed": seed, "months": months, "dirt": dirt or None}
    rates = rate or ()
    with Console().status(f"Drawing {customers:,} customers"):
        world, paths, told = simulated.make(name, out, options=options, rates=rates, label=label)
    _tell_world(world, paths)
    _say(f"study   {told}")
    prepared = "" if label else f"cp {told} studies/NAME.yaml, then "
    _say(f"next    {prepared}segkit run {label or 'NAME'}")


def main():
    """Start the command line; what a terminal cannot show, it shows as ?."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    app()


def _use_run(name):
    if not name:
        return
    from segkit.study import named

    os.environ["SEGKIT_RUN"] = named(name, what="run")


def _last_run(name):
    from segkit.study import run_folder
    from segkit.workbook import freshness

    finished = freshness.manifest(run_folder(name)).get("finished", "")
    return finished[:16].replace("T", " ") + " UTC" if finished else "never"


def _tell(outcome):
    """Say what ran and why, what was reused, where the report is, how long it took."""

    for reason in dict.fromkeys(outcome.ran.values()):
        stages = [stage for stage, why in outcome.ran.items() if why == reason]
        _say(f"ran     {', '.join(stages)}: {reason}")
    if outcome.reused:
        _say(f"reused  {', '.join(outcome.reused)}")
    _say(f"took    {outcome.seconds:.1f} s")
    state = "" if outcome.report_built else " (unchanged)"
    _say(f"report  {shown(outcome.report)}{state}")


def _tell_world(world, paths):
    """Say what a world holds, what was soiled and where the truth is."""
    for table, rows in world.tables.items():
        _say(f"wrote   {table}.csv: {len(rows):,} rows")
    for kind, count in world.planted.items():
        _say(f"soiled  {count:,} × {kind.replace('_', ' ')}")
    truth = [path.name for path in paths if path.parent.name == "truth"]
    _say(f"truth   {', '.join(truth)}, in {paths[-1].parent / 'truth'}")


def _listed(text):
    """Take a list apart that is written with commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def _say(text):
    Console().print(text, highlight=False, markup=False, soft_wrap=True)


def _complain(message):
    from rich.text import Text

    Console(stderr=True).print(Text(message, style="red"), soft_wrap=True)


if __name__ == "__main__":
    main()
