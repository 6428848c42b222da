"""What `test_spark.py` has a cluster do: the documented program, and then each adapter's call.

In a folder with `pages.parquet` (id, host, text, note) and `program.py`. Not a test by itself.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COLUMNS = ("id", "note", "text_kept", "text_cuts", "text_page_kind", "text_page_score")


def main() -> None:
    """Runs everything in one session: a cluster takes longer to start than to work."""
    from pyspark.sql import SparkSession

    from junkfilter import REPAIR, Policy
    from junkfilter.integrations.spark import strip_column

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        # No work before both workers are there.
        "spark.cores.max": "2",
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "300s",
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        found: dict[str, Any] = {"executors": executors(spark)}
        # As it stands in the document: it gets the session that is there.
        exec(compile(Path("program.py").read_text("utf-8"), "program.py", "exec"), {})
        pages = spark.read.parquet("pages.parquet").repartition(2, "id")
        repair = Policy(operating_point="balanced", remove=frozenset({"spam", *REPAIR}))
        for name, policy in (("default", None), ("repair", repair)):
            found[name] = rows(strip_column(pages, "text", policy=policy))
        again = strip_column(strip_column(pages, "text"), "text").columns
        found["columns"], found["pages"] = again, pages.columns
        Path("found.json").write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    finally:
        spark.stop()


def executors(spark: Any) -> int:
    """How many virtual machines have Python workers that do some work at the same time."""

    def parent(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        for _ in batches:
            time.sleep(0.5)  # so long that the other one gets the next task
            yield pyarrow.RecordBatch.from_arrays([pyarrow.array([os.getppid()])], ["parent"])

    frame = spark.range(4, numPartitions=4).mapInArrow(parent, "parent long")
    return len({row.parent for row in frame.collect()})


def rows(frame: Any) -> list[dict[str, Any]]:
    """The frame's rows in order of their ids."""
    # Sorted here: to sort a frame, Spark runs all that comes before twice.
    collected = [row.asDict(recursive=True) for row in frame.select(*COLUMNS).collect()]
    return sorted(collected, key=lambda row: int(row["id"]))


if __name__ == "__main__":
    main()
