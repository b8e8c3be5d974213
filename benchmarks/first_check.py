"""Measure how long the first wrong answer of a session waits for its check: each exercise in a process of its own.

python benchmarks/first_check.py        milliseconds of processor time, the slowest exercises first
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crmlib.exercises import key  # noqa: E402

# A notebook has imported pandas and the parts of the library that its chapter uses.
PROGRAM = """
import sys, time
import pandas
from crmlib import churn, datasets, lifecycle, plots, segmentation, telecom, value
from crmlib.exercises import check
name, count = sys.argv[1], int(sys.argv[2])
before = time.process_time()
said = check(name, *[-1.5] * count)
print(time.process_time() - before)
assert said.status == "wrong", said
"""


def milliseconds(exercise):
    command = [sys.executable, "-c", PROGRAM, exercise.id, str(len(exercise.answers))]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return 1000 * float(ran.stdout)


def main():
    found = sorted(((milliseconds(exercise), name) for name, exercise in key.catalogue().items()), reverse=True)
    for time, name in found[:5]:
        print(f"{name:32} {time:6.1f} ms")
    print(f"{len(found)} exercises, median {found[len(found) // 2][0]:.1f} ms, slowest {found[0][0]:.1f} ms")


if __name__ == "__main__":
    main()
