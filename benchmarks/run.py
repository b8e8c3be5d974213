"""Measure crmlib beside other libraries and hand-written SQL: the same data, the same machine, in turns.

    python benchmarks/run.py            everything, some minutes; the table goes into benchmarks/README.md
    python benchmarks/run.py --quick    one million rows at most and fewer repeats; nothing is written

Run it with the Python of the course's environment, .venv/bin/python, after `python start.py test` has installed the
test tools. It needs the network, to install the other libraries into environments that are removed at the end.
"""

import argparse
import contextlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))
try:
    import duckdb  # noqa: F401
    import numpy as np
    import pandas as pd
    import peers
    import tables
    from tasks import CHURN, IMPORTS, MADE, ROWS, TASKS, same

    from crmlib import datasets, value
    from launch.places import variables
except ImportError as error:
    sys.exit(f"{error}\nRun this with the Python of the course's environment (.venv), after: python start.py test")

README = HERE / "README.md"
MARKS = "<!-- last run: written by run.py -->\n", "<!-- end of last run -->"
INSTALLED = ["sql", "statsmodels", "empulse", "numpy"]  # needs no environment of its own
SAMPLE_SECONDS = 0.25  # what takes less is run several times over for one measurement


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repeats, one million rows at most")
    parser.add_argument("--only", default="", metavar="WORDS", help="only the lines whose title has these words")
    options = parser.parse_args()
    partial = options.quick or options.only
    tasks = [task for task in TASKS if options.only.lower() in task.title.lower()]
    if options.quick:
        tasks = [task for task in tasks if task.data != "log 10M"]
        for task in tasks:
            task.repeats = 3
    load = load_average()
    if load is not None and load > 0.3:
        note(f"The machine is busy (load {load:.2f} before the start): the times will be rough, the ratios less so.")
    with tempfile.TemporaryDirectory(prefix="crmlib-benchmark-") as folder:
        folder = Path(folder)
        pythons, missing = install_peers(folder, {name for task in tasks for name in task.beside})
        write_data(folder, {task.data for task in tasks})
        for task in tasks:
            measure(task, pythons, folder)
        imports = {} if options.only else measure_imports(5 if options.quick else 15, folder)
        churn_tasks = [task for task in tasks if task in CHURN]
        sql_tasks = [task for task in tasks if "sql" in task.beside]
        btyd_tasks = [task for task in tasks if task not in churn_tasks + sql_tasks]
        report = "\n".join(
            tables.machine(pythons, load)
            + tables.table(btyd_tasks)
            + tables.memory(btyd_tasks)
            + tables.sql_table(sql_tasks)
            + tables.churn_table(churn_tasks)
            + tables.imports_table(imports)
        )
    print(report)
    for name, reason in missing.items():
        print(f"\n{name} is missing: {reason}")
    wrong = [f"{task.title}: {name}" for task in tasks for name in task.difference if not same(task, name)]
    if wrong:
        print("\nNot the same result as crmlib:", *wrong, sep="\n  ")
    if not partial and not missing:
        keep(report)
    return bool(wrong or missing)


# ---- Before the measurement ------------------------------------------------------------------------------------------


def install_peers(folder, needed):
    pythons, missing = dict.fromkeys(["crmlib", *INSTALLED], sys.executable), {}
    for name in sorted(needed & set(peers.PEERS)):
        note(f"Installing {name} into an environment of its own …")
        try:
            pythons[name] = peers.install(name, folder / f"with {name}")
        except peers.NotInstalled as error:
            missing[name] = str(error)
            note(f"{name} is missing: {missing[name].splitlines()[0]}")
    return pythons, missing


def write_data(folder, names):
    """All libraries read the same files: the two summaries of CDNOW, and invented logs."""
    for name, load in {"sample": datasets.load_cdnow_sample, "full": datasets.load_cdnow_master}.items():
        summary = value.btyd_summary(load(), amount="amount", calibration_end="1997-09-30")
        summary["monetary_value"] = summary["monetary_value"].fillna(0)  # as the other two write it
        summary.to_parquet(folder / f"{name}.parquet")
    for name in sorted(names & set(ROWS)):
        note(f"Making a log of {ROWS[name]:,} rows …")
        command = [sys.executable, ROOT / "datasets" / "make_qinghe.py", "--lines", str(ROWS[name])]
        subprocess.run([*command, "--log", folder / f"{name}.parquet"], check=True)
    for name in sorted(names & set(MADE)):
        MADE[name]().to_parquet(folder / f"{name}.parquet")


# ---- The measurement -------------------------------------------------------------------------------------------------


def measure(task, pythons, folder):
    """Let the libraries take turns, so that what else the machine does hits all of them."""
    note(f"{task.title} …")
    with contextlib.ExitStack() as stack:
        workers = {}
        for name in ("crmlib", *(name for name in task.beside if name in pythons)):
            function = task.ours or task.function if name == "crmlib" else task.function
            try:
                workers[name] = stack.enter_context(Worker(name, pythons[name], function, task, folder))
            except RuntimeError as error:
                if name == "crmlib":
                    raise
                note(str(error))  # too large for this machine, perhaps: the line stays without it
        for name, worker in workers.items():
            task.measured[name], task.peak[name] = [], worker.warm_up["peak"]
            task.difference[name] = difference(workers["crmlib"].result, worker.result)
        for turn in range(task.repeats):
            for name in list(workers)[:: 1 if turn % 2 else -1]:
                task.measured[name].append(workers[name].run())


class Worker:
    """A process with one library that has warmed up for one task: see worker.py."""

    def __init__(self, library, python, function, task, folder):
        self.result = folder / f"result of {library}.parquet"
        self.log = (folder / f"log of {library}.txt").open("w+", encoding="utf-8")
        data = folder / f"{task.data}.parquet"
        environment = variables(**({"PYTHONPATH": str(ROOT)} if python == sys.executable else {}))
        command = [python, HERE / "worker.py", library, function, data, self.result]
        self.process = subprocess.Popen(
            command, env=environment, encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log
        )

    def __enter__(self):
        self.warm_up = self.answer()
        self.answer()  # its result is saved
        # The first run also loads modules; the second tells how many fit into one measurement.
        self.runs = 1 if self.warm_up["wall"] > 2 else math.ceil(SAMPLE_SECONDS / self.run(1)["wall"])
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def run(self, runs=None):
        self.process.stdin.write(f"{runs or self.runs}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.log.seek(0)
            raise RuntimeError(f"{' '.join(map(str, self.process.args))} failed:\n{self.log.read()[-3000:]}")
        return json.loads(line)


def difference(ours, theirs):
    """The largest relative difference between two results; infinite if they do not even have the same rows."""
    a, b = pd.read_parquet(ours), pd.read_parquet(theirs)
    if "estimate" not in a:
        a, b = a.sort_index(), b.sort_index()[a.columns]
        if not np.array_equal(a.index, b.index):
            return math.inf
    elif len(a) != len(b):
        return math.inf
    a, b = a.fillna(0).to_numpy(dtype=float), b.fillna(0).to_numpy(dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-12)))


def measure_imports(repeats, folder):
    """Seconds of a whole Python process, as a user waits for it."""
    note("Imports …")
    seconds = {name: [] for name in IMPORTS}
    for turn in range(repeats + 1):
        for name in list(IMPORTS)[:: 1 if turn % 2 else -1]:
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", IMPORTS[name]], cwd=folder, check=True, env=variables(PYTHONPATH=str(ROOT))
            )
            if turn:  # the first reads from the disk and compiles
                seconds[name].append(time.perf_counter() - start)
    return seconds


def load_average():
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def keep(report):
    """Put the report where the README has a place for it."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    README.write_text(before + MARKS[0] + report + "\n" + MARKS[1] + after, encoding="utf-8")
    note("Written to benchmarks/README.md.")


def note(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
