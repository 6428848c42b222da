"""A column of pages in a Ray dataset. Ray is imported by whoever made the dataset."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from junkfilter import Policy
from junkfilter.integrations.columns import strip_table
from junkfilter.integrations.records import loaded_filter

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset


def strip_column(
    dataset: Dataset,
    column: str,
    *,
    model: str | None = None,
    policy: Policy | None = None,
    **options: Any,
) -> Dataset:
    """The dataset with what became of a column of pages: kept text, cuts, kind and score.

    Args:
        dataset: has the column, of strings.
        column: its name; the added columns begin with it, see `columns.added_columns`.
        model: folder of a model that all machines can read; None for the default one.
        policy: what to cut; None for the default policy.
        options: of `Dataset.map_batches`, such as `batch_size` and `concurrency`.
    """
    loaded_filter(model, policy)  # what is wrong with them shows here, not on some machine
    strip = partial(_strip_batch, column=column, model=model, policy=policy)
    return dataset.map_batches(strip, batch_format="pyarrow", **options)


def _strip_batch(
    table: pyarrow.Table, *, column: str, model: str | None, policy: Policy | None
) -> pyarrow.Table:
    """Runs in Ray's workers: the model is loaded by the first batch of each process."""
    return strip_table(table, column, loaded_filter(model, policy))
