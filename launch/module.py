"""Runs a module that stands in the course's folder.  Runs in the environment.

Like ``python -m``, except that Python's own modules come first: a json.py beside start.py must not take their place.
"""

import runpy
import sys
from pathlib import Path


def main():
    root = str(Path(__file__).resolve().parents[1])
    first = next((number for number, place in enumerate(sys.path) if "-packages" in place), len(sys.path))
    sys.path.insert(first, root)  # before the copy of crmlib that is installed
    sys.argv[:] = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
