"""Try every public function with spoilt arguments, for long: the suite does the same for less than a minute.

    python benchmarks/fuzz.py --calls 30000 --seed 7        all functions; a table, then each finding
    python benchmarks/fuzz.py --only churn.cox --calls 500  the functions whose name holds this

A finding is an error that is not the library's own sentence, a changed input, new NaN, a warning, or more than 2 s. Run
it with the Python of the course's environment, .venv/bin/python, after `python start.py test` has installed hypothesis.
"""

import argparse
import faulthandler
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
try:
    from tests.support.fuzz import fuzz, targets
except ImportError as error:
    sys.exit(f"{error}\nRun this with the Python of the course's environment (.venv), after: python start.py test")

KINDS = ("raw", "unnamed", "language", "changed", "NaN", "warning", "slow")
GIGABYTES = 6


def limit_memory():
    """Let a call that asks for too much fail instead of stopping the machine (where the system has such a limit)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTES * 2**30, GIGABYTES * 2**30))


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--calls", type=int, default=30_000, help="of all functions together")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", default="", help="a part of the functions' names")
    options.add_argument("--part", default="0/1", help="each second function from the first: 0/2")
    given = options.parse_args()
    limit_memory()
    warnings.simplefilter("ignore")
    part, parts = map(int, given.part.split("/"))
    chosen = [target for target in targets() if given.only in str(target)][part::parts]
    each = max(given.calls // len(chosen), 1)
    print(f"| function | file | calls | seconds | {' | '.join(KINDS)} |\n|{'---|' * (4 + len(KINDS))}")
    found = {}
    for target in chosen:
        faulthandler.dump_traceback_later(1200, exit=True)  # hangs where no alarm reaches
        begun = time.process_time()
        try:
            calls, findings = fuzz(target, each, given.seed)
        except Exception as error:  # the example itself fails
            print(f"| {target} | {target.file} | {type(error).__name__}: {error} |")
            continue
        counts, took = Counter(finding.kind for finding in findings.values()), time.process_time() - begun
        cells = [target, target.file, calls, f"{took:.1f}", *(counts[kind] or "" for kind in KINDS)]
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
        found |= {finding: target.file for finding in findings.values()}
    print(f"\n{len(found)} findings")
    for finding, file in sorted(found.items(), key=lambda pair: (pair[1], pair[0].function, pair[0].kind)):
        print(f"\n{file} {finding.function} [{finding.kind}] {finding.line}")
        print(f"    {finding.argument} = {finding.value}\n    {finding.told}")


if __name__ == "__main__":
    main()
