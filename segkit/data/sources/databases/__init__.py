"""A connection instead of files: where a study's tables lie in a database.

Three engines are known: `postgres://…`, `spark://local[2]` (a Spark session of this machine) and
`duckdb://file`. Addresses are written with `${NAME}` where a secret belongs; the value comes from
the environment, and `masked` takes it out of every message of a driver. Nothing is written into
the database. `columns` types what lies there, `states` tells whether it has changed.
"""

import contextlib
import os
import re
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import ibis
import yaml

from segkit.data import messages
from segkit.data.sources.files import several
from segkit.data.sources.files.reading import first_line
from segkit.study import StudyError, beside, root

KNOWN = {"postgres": "postgres", "postgresql": "postgres", "spark": "pyspark", "duckdb": "duckdb"}
"""Beginnings of an address, and the Ibis backend that answers."""

SECRET = re.compile(r"pass|pwd|secret|token|key|auth|cred|sig", re.IGNORECASE)
"""Names of environment variables and address options whose values are never shown."""

SHORT = 7
"""Values of options up to that length are no secrets, unless their name says so."""

MEMORY = "1GB"
"""What DuckDB may hold in memory when it reads a database file."""


def connect(study, *, scratch):
    """Open the study's database; returns an Ibis connection.

    `scratch` is a folder for the engine's temporary files. Raises StudyError, without any
    secret in it, when a variable, a driver or the server is missing or the user is refused.
    """
    if not study.connection:
        raise StudyError(f"studies/{study.name}.yaml: `source: connection` needs `connection: …`.")
    address = expand(study.connection)
    backend = KNOWN.get(address.partition(":")[0])
    if backend is None:
        kind = address.partition(":")[0] if "://" in address else "an address without ://"
        raise messages.error("unknown engine", kind=kind[:20])
    opener = {"postgres": _postgres, "pyspark": _spark, "duckdb": _duckdb}[backend]
    try:
        return opener(address, Path(scratch))
    except StudyError as error:
        raise StudyError(without_secrets(str(error), study)) from None
    except ImportError as error:
        raise messages.error(f"no {backend} driver", told=masked(error, study)) from None
    except Exception as error:
        told = masked(error, study)
        refused = backend == "postgres" and ("authentication" in told or "password" in told)
        what = "user refused" if refused else f"no {backend} answer"
        raise messages.error(what, told=told) from None


def engine(connection, *, at="in place"):
    """Name the engine of a connection for readers: "PostgreSQL 15.13, in place"."""
    names = {"postgres": "PostgreSQL", "pyspark": "Spark", "duckdb": "DuckDB"}
    return f"{names[connection.name]} {connection.version.split(' ')[0]}, {at}"


def applies(study):
    """Tell whether the study's tables lie in a database."""
    return bool(study.connection) or study.source == "connection"


def spark_engine():
    """Name the installed Spark as `engine` does, without starting it."""
    try:
        return f"Spark {metadata.version('pyspark')}, in place"
    except metadata.PackageNotFoundError as error:
        raise messages.error("no pyspark driver", told=f"no {error}") from None


def is_spark(study):
    """Tell whether the study names a Spark session."""
    return bool(study.connection) and study.connection.startswith("spark:")


def table(connection, study, name):
    """Return one table of the database as it is, an Ibis table.

    With Spark, `file:` names a Parquet file or folder. Raises StudyError with the nearest names
    when it is not there.
    """
    wanted = study.tables[name]
    if wanted.file:
        return _parquet(connection, study, name)
    place, _, own = (wanted.table or name).rpartition(".")
    try:
        found = connection.table(own, database=place) if place else connection.table(own)
    except Exception as error:
        told, wanted = masked(error, study), wanted.table or name
        there = _tables(connection, place or None)
        near = get_close_matches(own, there, n=3, cutoff=0.5) or there[:5]
        seen = f"Nearest: {', '.join(near)}." if near else f"It shows no table at all ({told})."
        facts = {"wanted": wanted, "seen": seen, "table": name, "study": study}
        raise messages.error("no table in the database", **facts) from None
    return _zoned(connection, found, wanted.table or name)


def files(study):
    """List the files that a Spark study reads; a folder counts with all files in it."""
    found = []
    for path in (root() / f for wanted in study.tables.values() for f in several.files(wanted)):
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in "._")
        else:
            found.append(path)
    return found


def expand(address):
    """Put environment variables into an address: "postgres://${USER}:${PASSWORD}@host/shop".

    A name or password may hold any character: it is escaped here. An address that is one
    variable as a whole must be escaped already. Raises StudyError naming a variable not set.
    """
    for name in re.findall(r"\$\{(\w+)\}", address):
        if name not in os.environ:
            raise StudyError(f"`connection:` needs the environment variable {name}; set it first.")
    scheme, mark, rest = address.partition("://")
    who, at, where = rest.rpartition("@")
    who = _filled(who, lambda value: quote(value, safe=""))
    return _filled(scheme, str) + mark + who + at + _filled(where, str)


def masked(error, study):
    """Return the first line of an error of a driver, with every secret replaced by ***."""
    told = first_line(error) if str(error).strip() else type(error).__name__
    return without_secrets(told, study)


def without_secrets(text, study):
    """Put *** in the place of everything in a text that the study's address keeps secret."""
    for secret in sorted(_secrets(study.connection or ""), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _filled(text, how):
    return re.sub(r"\$\{(\w+)\}", lambda match: how(os.environ[match[1]]), text)


def _secrets(address):
    """Collect all that must not be shown: the password in every spelling, secret variables."""
    names = re.findall(r"\$\{(\w+)\}", address)
    held = {os.environ.get(name, "") for name in names if SECRET.search(name)}
    with contextlib.suppress(StudyError, ValueError):
        whole = expand(address)
        options = parse_qsl(whole.partition("?")[2])
        held |= {value for key, value in options if SECRET.search(key) or len(value) > SHORT}
        who = whole.partition("://")[2].rpartition("@")[0]
        user, _, password = who.partition(":")
        parts = [part for part in password.split("/") if len(part) > 2]
        held |= {password, *parts, *([] if password else [user])}
    return {spelt for secret in held for spelt in (secret, unquote(secret), quote(secret)) if spelt}


def _postgres(address, scratch):
    parts = _parts(address)
    database, _, schema = parts.path.strip("/").partition("/")
    given = {
        "host": parts.hostname,
        "port": parts.port,
        "user": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "database": unquote(database) or None,
        "schema": schema or None,
    }
    options = {
        "connect_timeout": "10",
        "application_name": "segkit",
        **dict(parse_qsl(parts.query)),
    }
    connection = ibis.postgres.connect(**{k: v for k, v in given.items() if v}, **options)
    connection.compiler = _mended_postgres(type(connection.compiler))
    with connection.begin() as cursor:
        cursor.execute("SET DateStyle = 'ISO'")
    return connection


def _parts(address):
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        parts = None
    if parts is None or "@" in parts.path + parts.query:
        raise messages.error("unreadable address")
    return parts


def _duckdb(address, scratch):
    path = root() / address.partition("://")[2].partition("?")[0]
    if not path.is_file():
        raise messages.error("no DuckDB file", path=path)
    limits = {"memory_limit": MEMORY, "temp_directory": str(scratch / ".spill")}
    connection = ibis.duckdb.connect(path, read_only=True, **limits)
    connection.raw_sql("SET TimeZone = 'UTC'")
    with contextlib.suppress(Exception):  # a notebook without ipywidgets
        connection.raw_sql("SET enable_progress_bar = false")
    return connection


def _spark(address, scratch):
    where = address.partition("://")[2].partition("?")[0].strip("/")
    if not re.fullmatch(r"local(\[(\d+|\*)\])?", where):
        raise messages.error("unknown Spark", where=where)
    from pyspark.sql import SparkSession

    scratch = scratch / ".spark"
    scratch.mkdir(parents=True, exist_ok=True)
    told = beside(__file__, "spark.yaml")
    settings = {key: value.format(scratch=scratch) for key, value in told.items()}
    builder = SparkSession.builder.master(where).appName("segkit").config(map=settings)
    with _unheard(scratch / "start.log"):
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    connection = ibis.pyspark.connect(session)
    connection.compiler = _mended_spark(type(connection.compiler))
    return connection


def _mended_spark(compiler):
    """Keep `strip` from cutting the letters f and v in Spark: they are no escapes there."""

    class Mended(compiler):
        def visit_Strip(self, op, *, arg):
            return self.f.btrim(arg, " \t\r\n")

    return Mended()


def _mended_postgres(compiler):
    """Count what is true: PostgreSQL casts a boolean to int32 only, never to int64."""

    class Mended(compiler):
        def visit_Cast(self, op, *, arg, to):
            if op.arg.dtype.is_boolean() and to.is_integer():
                arg = self.cast(arg, ibis.dtype("int32"))
            return super().visit_Cast(op, arg=arg, to=to)

    return Mended()


@contextlib.contextmanager
def _unheard(log):
    """Let a child process that starts inside write into `log` instead of the notebook."""
    kept = [os.dup(stream) for stream in (1, 2)]
    try:
        with log.open("ab") as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
            yield
    finally:
        for stream, old in zip((1, 2), kept, strict=True):
            os.dup2(old, stream)
            os.close(old)


def _parquet(connection, study, name):
    wanted = study.tables[name].file
    if connection.name != "pyspark":
        raise messages.error("file in a database", study=study, table=name)
    path = root() / wanted
    if not path.exists() or not (path.is_dir() or path.suffix in (".parquet", ".pq")):
        raise messages.error("no Parquet for Spark", file=wanted)
    try:
        connection._session.read.parquet(str(path)).createOrReplaceTempView(f"segkit_{name}")
    except Exception as error:
        raise StudyError(f"{wanted} is no readable Parquet ({masked(error, study)}).") from None
    return _zoned(connection, connection.table(f"segkit_{name}"), f"segkit_{name}")


def _zoned(connection, found, name):
    """Say of Spark's TIMESTAMP that it is a moment in UTC, which Ibis forgets."""
    if connection.name != "pyspark":
        return found
    kinds = {
        field.name: field.dataType.typeName() for field in connection._session.table(name).schema
    }
    moments = [column for column, kind in kinds.items() if kind == "timestamp"]
    return found.cast(dict.fromkeys(moments, "timestamp('UTC')")) if moments else found


def _tables(connection, place):
    with contextlib.suppress(Exception):
        return sorted(connection.list_tables(**({"database": place} if place else {})))
    return []
