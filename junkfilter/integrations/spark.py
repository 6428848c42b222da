"""A column of pages in a Spark DataFrame, with what the other pages of a host say of each.

Pages travel as Arrow batches. junkfilter must be installed on every machine; each Python worker
loads the model once, from the package or from a folder that all machines can read.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from junkfilter import Policy, SiteMemory
from junkfilter.extras import require
from junkfilter.integrations.columns import (
    added_columns,
    arrow_fields,
    check_columns,
    rows_by_host,
    strip_table,
    with_memory,
)
from junkfilter.integrations.records import loaded_filter

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# A page takes eight bytes of a note (docs/site-memory.md). A line of a single page is no evidence.
_ONE_PAGE = 8


def strip_column(
    df: DataFrame,
    column: str,
    *,
    host: str | None = None,
    model: str | None = None,
    policy: Policy | None = None,
) -> DataFrame:
    """The frame with what became of a column of pages: kept text, cuts, kind and score.

    Args:
        df: has the column, of strings.
        column: its name; the added columns begin with it, see `columns.added_columns`.
        host: name of a column with each page's site. With it the frame is read twice: now, for
            `site_evidence`, and when the result is.
        model: folder of a model that all machines can read; None for the default one.
        policy: what to cut; None for the default policy.

    Raises:
        JunkfilterError: there is no such column, or no such model.
    """
    choice: dict[str, Any] = {"model": model, "policy": policy}
    # What is wrong with the call shows here, not on some machine.
    check_columns(df.columns, column, host)
    loaded_filter(model, policy)
    memory = None if host is None else site_evidence(df, column, host=host, **choice)
    names = [name for name in df.columns if name not in added_columns(column)]
    df = df.select([f"`{name}`" for name in names])
    schema = require("pyspark.sql.types", "spark").StructType([*df.schema, *_added(column)])
    return df.mapInArrow(partial(_strip, column=column, host=host, memory=memory, **choice), schema)


def site_evidence(
    df: DataFrame,
    column: str,
    *,
    host: str,
    model: str | None = None,
    policy: Policy | None = None,
) -> SiteMemory:
    """The suspicious first lines that two or more pages of a host begin with, as digests.

    A job of its own: pages are judged where they are, and only digests travel.
    """
    functions = require("pyspark.sql.functions", "spark")
    key = secrets.token_bytes(32)
    note = partial(_notes, model=model, policy=policy, key=key)
    seen = (
        df.select(f"`{column}`", f"`{host}`")
        .mapInArrow(note, "host string, line binary, pages binary")
        .groupBy("host", "line")
        .agg(
            functions.collect_set("pages").alias("pages"),
            functions.sum(functions.length("pages")).alias("bytes"),
        )
        .where(f"bytes > {_ONE_PAGE}")
        .collect()
    )
    return SiteMemory.without_file(
        key, ((bytes(row.line), bytes(pages)) for row in seen for pages in row.pages)
    )


def _added(column: str) -> list[Any]:
    """The added columns as fields of a Spark schema."""
    types = require("pyspark.sql.pandas.types", "spark")
    return list(types.from_arrow_schema(require("pyarrow", "spark").schema(arrow_fields(column))))


def _strip(
    batches: Iterable[Any],
    *,
    column: str,
    host: str | None,
    memory: SiteMemory | None,
    model: str | None,
    policy: Policy | None,
) -> Iterator[Any]:
    """Runs in Spark's Python workers, on Arrow batches of whole rows."""
    junk = with_memory(loaded_filter(model, policy), memory)
    for batch in batches:
        table = require("pyarrow", "spark").Table.from_batches([batch])
        yield from strip_table(table, column, junk, host=host).to_batches()


def _notes(
    batches: Iterable[Any], *, model: str | None, policy: Policy | None, key: bytes
) -> Iterator[Any]:
    """Runs in Spark's Python workers, on Arrow batches of text and host."""
    arrow = require("pyarrow", "spark")
    names = ["host", "line", "pages"]
    kinds = [arrow.string(), arrow.binary(), arrow.binary()]
    for batch in batches:
        texts, hosts = (values.to_pylist() for values in batch.columns)
        notes: list[tuple[str, bytes, bytes]] = []
        for site, rows in rows_by_host(hosts).items():
            memory = SiteMemory.without_file(key)
            junk = with_memory(loaded_filter(model, policy), memory, site)
            list(junk.strip_many([texts[row] or "" for row in rows]))
            notes += [(site, *note) for note in memory.take_notes().items()]
        columns = [[note[number] for note in notes] for number in range(len(names))]
        arrays = [arrow.array(*pair) for pair in zip(columns, kinds, strict=True)]
        yield arrow.RecordBatch.from_arrays(arrays, names)
