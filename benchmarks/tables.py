"""The tables of a run: lines of Markdown from what was measured."""

import contextlib
import importlib.metadata
import os
import platform
import statistics
from datetime import date
from pathlib import Path

import peers
from tasks import IMPORTS, ROWS, same


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
        met = "yes" if same(task, "sql") and max(ratio, space or 0) <= (task.aim or 0) else "no"
        lines.append(
            row(
                [
                    task.title,
                    clock(ours),
                    clock(theirs),
                    f"{part(ratio)} ({part(low)} – {part(high)})",
                    *([part(task.aim), met] if task.aim else ["", ""]),
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
