"""One library, one task, one process: prepare, run once to warm up, then run and time as often as asked.

    python worker.py LIBRARY FUNCTION DATA RESULT

Speaks lines of JSON: first the seconds and the memory of the warm-up; then, for each number of runs that it reads, the
seconds per run by the clock and by the processor.
"""

import gc
import importlib
import json
import sys
import time
from pathlib import Path


def main(library, function, data, result):
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries may print what they like
    call = getattr(importlib.import_module(f"with_{library}"), function)(data)
    start = time.perf_counter()
    outcome = call()
    tell(answers, wall=time.perf_counter() - start, peak=peak_memory())
    outcome.to_parquet(result)
    del outcome
    tell(answers, saved=True)
    for line in sys.stdin:
        runs = int(line)
        gc.collect()
        start, start_cpu = time.perf_counter(), time.process_time()
        for _ in range(runs):
            call()
        tell(answers, wall=(time.perf_counter() - start) / runs, cpu=(time.process_time() - start_cpu) / runs)


def tell(stream, **facts):
    stream.write(json.dumps(facts) + "\n")
    stream.flush()


def peak_memory():
    """Most memory that this process has held so far, in bytes; only Linux says so."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
