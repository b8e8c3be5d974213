"""The package loads without heavy libraries."""

import subprocess
import sys

from tests.support import PROJECT


def test_it_loads_without_heavy_libraries():
    script = (
        "import sys, crmlib.satisfaction as s; s.nps([9, 3]); s.sample_size(0.05); "
        "heavy = {'sklearn', 'scipy', 'statsmodels', 'matplotlib', 'docx'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout.strip() == "[]"
