"""Measure crmlib beside other libraries and hand-written SQL: the same data, the same machine, in turns.

    python benchmarks/run.py            everything, some minutes; the table goes into benchmarks/README.md
    python benchmarks/run.py --quick    one million rows at most and fewer repeats; nothing is written

Run it with the Python of the course's environment, .venv/bin/python, after `python start.py test` has installed the
test tools. It needs the network, to install the other libraries into environments that are removed at the end.
"""

import argparse
import contextlib
import importlib.metadata
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))
try:
    import duckdb  # noqa: F401
    import numpy as np
    import pandas as pd
    import peers

    from crmlib import datasets, value
    from launch.environment import variables
except ImportError as error:
    sys.exit(f"{error}\nRun this with the Python of the course's environment (.venv), after: python start.py test")

README = HERE / "README.md"
MARKS = "<!-- last run: written by run.py -->\n", "<!-- end of last run -->"
INSTALLED = ["sql", "statsmodels", "empulse", "numpy"]  # needs no environment of its own
SAMPLE_SECONDS = 0.25  # what takes less is run several times over for one measurement


@dataclass
class Task:
    """One line of the table: what each library is to do, on which data, and how fast we mean to be."""

    title: str
    function: str  # in with_lifetimes.py, with_clvkit.py, with_sql.py …
    data: str
    aim: float | None
    repeats: int
    ours: str = ""  # in with_crmlib.py, where the name is another
    beside: tuple = ("lifetimes", "clvkit")
    measured: dict = field(default_factory=dict)  # library: list of {wall, cpu}
    peak: dict = field(default_factory=dict)  # library: bytes
    difference: dict = field(default_factory=dict)  # library: largest relative difference from crmlib's result


TASKS = [
    Task("BG/NBD fit, CDNOW sample (2,357 customers)", "bgnbd", "sample", 1 / 10, 15),
    Task("BG/NBD fit, CDNOW full (23,570 customers)", "bgnbd", "full", 1 / 8, 7),
    Task("Pareto/NBD fit, CDNOW sample", "pareto", "sample", 1 / 5, 11, beside=("lifetimes",)),
    Task("Pareto/NBD fit, CDNOW full", "pareto", "full", 1 / 5, 5, beside=("lifetimes",)),
    Task("Gamma-Gamma fit, CDNOW sample", "spend", "sample", 1 / 5, 15),
    Task("Gamma-Gamma fit, CDNOW full", "spend", "full", 1 / 5, 15),
    Task("Summary of 1 million rows, pandas", "summary", "log 1M", 1 / 2.5, 7),
    Task(
        "Summary of 1 million rows, DuckDB relation on a parquet file",
        "summary",
        "log 1M",
        None,
        7,
        "summary_of_relation",
    ),
    Task(
        "Summary of 10 million rows, DuckDB relation on a parquet file",
        "summary",
        "log 10M",
        1 / 5,
        3,
        "summary_of_relation",
    ),
]
ROWS = {"log 10k": 10_000, "log 100k": 100_000, "log 1M": 1_000_000, "log 10M": 10_000_000}
TASKS += [
    Task(f"{words} of {rows:,} rows", function, log, 1.5, 15 if rows < 1_000_000 else 5, beside=("sql",))
    for function, words in (("rfm", "RFM"), ("cohorts", "Cohorts"))
    for log, rows in ROWS.items()
]
MADE = {}  # name of a file: the function that writes it, which fills this in
CHURN = [
    Task(
        "Kaplan-Meier, 1 million customers, 72 months",
        "survival",
        "customers 1M",
        None,
        7,
        beside=("statsmodels", "lifelines"),
    ),
    Task("Expected maximum profit, 100,000 scores", "profit", "scores 100k", None, 15, beside=("empulse",)),
    Task("Qini with 200 resamples, 42,693 customers (Hillstrom)", "qini", "lots", None, 5, beside=("numpy", "sklift")),
]
TASKS += CHURN
IMPORTS = {
    "pandas": "import pandas",
    "crmlib": "import crmlib",
    "value": "from crmlib import value",
    "all": "from crmlib import value, plots, widgets",
    "python": "pass",
}


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
            machine(pythons, load)
            + table(btyd_tasks)
            + memory(btyd_tasks)
            + sql_table(sql_tasks)
            + churn_table(churn_tasks)
            + imports_table(imports)
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


def made(name):
    """Register a function that makes the data of that name."""
    return lambda function: MADE.setdefault(name, function)


@made("customers 1M")
def survival_data(customers=1_000_000):
    generator = np.random.default_rng(8)
    life = np.ceil(generator.exponential(40, customers)).astype(int)
    watched = generator.integers(1, 73, customers)
    return pd.DataFrame({"duration": np.minimum(life, watched), "event": (life <= watched).astype(int)})


@made("scores 100k")
def profit_data(customers=100_000):
    generator = np.random.default_rng(8)
    churned = (generator.random(customers) < 0.25).astype(int)
    score = np.clip(generator.normal(0.3 + 0.15 * churned, 0.15), 0, 1)  # some at 0 and 1: ties
    return pd.DataFrame({"churned": churned, "score": score})


@made("lots")
def qini_data():
    """Hillstrom's women's e-mail against none; the score is a rule, with ties: no model is to be timed here."""
    customers = datasets.load_hillstrom().query("arm != 'mens'").reset_index(drop=True)
    score = customers["womens"] + customers["history"] / 10_000 - customers["months_since_last"] / 100
    return pd.DataFrame(
        {"visit": customers["visit"], "treated": (customers["arm"] == "womens").astype(int), "score": score}
    )


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


def same(task, name):
    """Three digits for estimates; what is summed up from the data by a formula is equal but for rounding."""
    return task.difference[name] < (1e-9 if task.data in ROWS or task.data in MADE else 1e-3)


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


# ---- The table -------------------------------------------------------------------------------------------------------


def table(tasks):
    if not tasks:
        return []
    lines = [
        "| task | crmlib | lifetimes | crmlib / lifetimes (range) | aim | met | by processor time | clvkit |"
        " crmlib / clvkit |",
        "|---|--:|--:|--:|--:|---|--:|--:|--:|",
    ]
    for task in tasks:
        times = {name: statistics.median(run["wall"] for run in runs) for name, runs in task.measured.items()}
        cells = [task.title, clock(times["crmlib"])]
        if "lifetimes" in times:
            ratio, low, high = ratios(task, "lifetimes", "wall")
            met = "" if task.aim is None else "yes" if ratio <= task.aim and same(task, "lifetimes") else "no"
            cells += [
                clock(times["lifetimes"]),
                f"{part(ratio)} ({part(low)} – {part(high)})",
                part(task.aim),
                met,
                part(ratios(task, "lifetimes", "cpu")[0]),
            ]
        else:
            cells += ["–", "–", part(task.aim), "–", "–"]
        if "clvkit" in times:
            other = "" if same(task, "clvkit") else " (other result)"
            cells += [clock(times["clvkit"]), part(ratios(task, "clvkit", "wall")[0]) + other]
        else:
            cells += ["–", "–"]
        lines.append(row(cells))
    return lines


def sql_table(tasks):
    """crmlib beside hand-written SQL on the same parquet file, from few rows to many."""
    if not tasks:
        return []
    lines = [
        "",
        "| task | crmlib | SQL | crmlib / SQL (range) | aim | met | for each million rows | memory | SQL's | ratio |",
        "|---|--:|--:|--:|--:|---|--:|--:|--:|--:|",
    ]
    for task in tasks:
        ours, theirs = (statistics.median(run["wall"] for run in task.measured[name]) for name in ("crmlib", "sql"))
        ratio, low, high = ratios(task, "sql", "wall")
        space = task.peak["crmlib"] / task.peak["sql"] if all(task.peak.values()) else None
        large = ROWS[task.data] == max(ROWS.values())  # on small logs the fixed cost of a call decides
        met = "yes" if ratio <= task.aim and same(task, "sql") and (space or 0) <= task.aim else "no"
        lines.append(
            row(
                [
                    task.title,
                    clock(ours),
                    clock(theirs),
                    f"{part(ratio)} ({part(low)} – {part(high)})",
                    *([part(task.aim), met] if large else ["", ""]),
                    clock(ours / ROWS[task.data] * 1e6),
                    *(f"{task.peak[name] / 1e6:,.0f} MB" if space else "–" for name in ("crmlib", "sql")),
                    part(space),
                ]
            )
        )
    return lines


def churn_table(tasks):
    """crmlib beside what else does the same, one line for each."""
    if not tasks:
        return []
    lines = [
        "",
        "| task | crmlib | beside | its time | crmlib / it (range) | by processor time | same result |",
        "|---|--:|---|--:|--:|--:|---|",
    ]
    for task in tasks:
        times = {name: statistics.median(run["wall"] for run in runs) for name, runs in task.measured.items()}
        for name in task.beside:
            cells = [task.title, clock(times["crmlib"]), name]
            if name in times:
                ratio, low, high = ratios(task, name, "wall")
                cells += [
                    clock(times[name]),
                    f"{part(ratio)} ({part(low)} – {part(high)})",
                    part(ratios(task, name, "cpu")[0]),
                    "yes" if same(task, name) else "no",
                ]
            else:
                cells += ["–"] * 4
            lines.append(row(cells))
    return lines


def imports_table(imports):
    if not imports:
        return []
    lines = ["", "| task | seconds | / `import pandas` (range) | aim | met |", "|---|--:|--:|--:|---|"]
    for name, code in IMPORTS.items():
        pairs = [one / other for one, other in zip(imports[name], imports["pandas"], strict=True)]
        ratio = statistics.median(pairs)
        cells = [f"`{code}`" if name != "python" else "Python alone", f"{statistics.median(imports[name]):.3f}"]
        cells += ["1"] if name == "pandas" else [f"{ratio:.2f} ({min(pairs):.2f} – {max(pairs):.2f})"]
        cells += ["1.15", "yes" if ratio <= 1.15 else "no"] if name == "crmlib" else ["", ""]
        lines.append(row(cells))
    return lines


def memory(tasks):
    """Most memory that a process held: with lifetimes and clvkit it has to hold the log as well."""
    tasks = [task for task in tasks if task.ours and all(task.peak.values())]
    if not tasks:
        return []
    lines = ["", "| most memory of the process | crmlib | lifetimes | clvkit |", "|---|--:|--:|--:|"]
    for task in tasks:
        cells = [f"{task.peak[name] / 1e6:,.0f} MB" if name in task.peak else "–" for name in ("crmlib", *task.beside)]
        lines.append(row([task.title, *cells]))
    return lines


def ratios(task, name, clock_):
    """Median, smallest and largest ratio of crmlib to another library, turn by turn."""
    pairs = [
        ours[clock_] / theirs[clock_] for ours, theirs in zip(task.measured["crmlib"], task.measured[name], strict=True)
    ]
    return statistics.median(pairs), min(pairs), max(pairs)


def machine(pythons, load):
    used = ["numpy", "pandas", "scipy", "narwhals", "duckdb", "statsmodels", "empulse"]
    versions = [f"{name} {importlib.metadata.version(name)}" for name in used]
    versions += [pin.replace("==", " ") for name in peers.PEERS if name in pythons for pin in peers.PEERS[name][:1]]
    busy = "" if load is None else f"; load {load:.2f} before the start"
    return [
        f"{date.today()}, {os.cpu_count()} cores ({processor()}), {platform.system()}{busy}. "
        f"Python {platform.python_version()}, {', '.join(versions)}.",
        "",
    ]


def processor():
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return platform.processor() or platform.machine()


def load_average():
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def clock(seconds):
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def part(ratio):
    if ratio is None:
        return ""
    return f"1/{1 / ratio:.3g}" if ratio < 1 else f"{ratio:.2f}"


def row(cells):
    return "| " + " | ".join(cells) + " |"


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
