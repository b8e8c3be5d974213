"""Spark on this machine: one small session for the whole suite, which reads tables from Parquet files, as in a firm."""

import contextlib
import importlib.util
import itertools
import os
import shutil

import pytest

# One JVM for the whole suite: pytest-xdist sends a group to one worker.
on_spark = pytest.mark.xdist_group("spark")
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@contextlib.contextmanager
def reader(folder):
    """Start Spark with two threads; yield a function from a table of pandas to Spark's. Or skip, and say why."""
    missing = [name for name in ("pyspark", "pyarrow") if importlib.util.find_spec(name) is None]
    missing += [] if shutil.which("java") or os.environ.get("JAVA_HOME") else ["Java"]
    if missing:
        message = f"Missing: {', '.join(missing)}. With CRM_REQUIRE_SPARK=1, `start.py test` installs PySpark."
        pytest.fail(message) if os.environ.get("CRM_REQUIRE_SPARK") else pytest.skip(message)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.sql.warehouse.dir", str(folder))
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    running = SparkSession.getActiveSession()  # of another reader, who stops it
    session, number = builder.getOrCreate(), itertools.count()
    session.sparkContext.setLogLevel("OFF")

    def read(table):
        file = folder / f"{next(number)}.parquet"
        table.to_parquet(file, index=False)
        return session.read.parquet(str(file))

    yield read
    if running is None:
        session.stop()
