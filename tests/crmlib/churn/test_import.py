"""The package loads without heavy libraries."""

import subprocess
import sys
from pathlib import Path

from crmlib import churn
from tests.support import PROJECT


def test_it_loads_without_heavy_libraries_and_never_the_peer():
    script = (
        "import sys, crmlib.churn as c; c.kaplan_meier([1, 2], [1, 0]); "
        "heavy = {'sklearn', 'scipy', 'statsmodels', 'matplotlib', 'empulse'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout.strip() == "[]"
    assert not [
        file for file in Path(churn.__file__).parent.glob("*.py") if "import empulse" in file.read_text("utf-8")
    ]
