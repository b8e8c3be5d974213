"""pyproject.toml, constraints.txt and environment.yml agree; nothing tells of a machine or a registry; no GPL."""

import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import crmlib
from launch import install
from tests.support import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
BUILD = PYPROJECT["dependency-groups"]["build"]
TEST = PYPROJECT["project"]["optional-dependencies"]["test"]
SPARK = PYPROJECT["project"]["optional-dependencies"]["spark"]
STUDENT = BUILD + PYPROJECT["project"]["dependencies"]


def read_pins():
    """Return {name: [requirement, …]}: a package has several where its version depends on the Python."""
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {}
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            pin = Requirement(line)
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


PINS = read_pins()


def version(pin):
    (specifier,) = pin.specifier
    assert specifier.operator == "==" and not specifier.version.endswith("*")
    return specifier.version


def pinned_here(name):
    (pin,) = [pin for pin in PINS[name] if pin.marker is None or pin.marker.evaluate()]
    return version(pin)


def closure(requirements):
    """Return {name: installed distribution} of all that these requirements bring along on this machine."""
    todo, found = [Requirement(text) for text in requirements], {}
    done = set()
    while todo:
        requirement = todo.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in done:
            continue
        done.add((name, extras))
        found[name] = importlib.metadata.distribution(name)
        for text in found[name].requires or []:
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras | {""}):
                todo.append(needed)
    return found


@pytest.mark.parametrize("text", STUDENT + TEST + SPARK)
def test_every_direct_dependency_is_pinned_at_a_version_that_it_allows(text):
    requirement = Requirement(text)
    pins = PINS[canonicalize_name(requirement.name)]
    assert requirement.specifier, f"{text} has no lower bound"
    assert all(version(pin) in requirement.specifier for pin in pins)


def test_every_dependency_of_a_dependency_is_pinned():
    missing = sorted(set(closure(STUDENT + TEST)) - set(PINS))
    assert not missing, "refresh constraints.txt with the command in its first lines"


def test_these_tests_run_on_what_is_pinned():
    installed = closure(STUDENT + TEST)
    other = {name: found.version for name, found in installed.items() if found.version != pinned_here(name)}
    assert not other, "python start.py test installs what is pinned"


def test_the_pins_are_for_windows_and_macos_too():
    assert {"pywinpty", "colorama", "appnope", "pexpect"} <= set(PINS)


def test_a_constraint_on_dependencies_is_kept():
    for text in PYPROJECT["tool"]["uv"]["constraint-dependencies"]:
        requirement = Requirement(text)
        assert all(version(pin) in requirement.specifier for pin in PINS[requirement.name])


def test_the_conda_environment_has_the_same_pins():
    *packages, pip = CONDA["dependencies"]
    python, installer = packages
    assert installer == "pip"
    constraint, *names = pip["pip"]
    assert constraint == "-c constraints.txt"
    assert sorted(names) == sorted([".", *(Requirement(text).name for text in BUILD)])
    supported = SpecifierSet(PYPROJECT["project"]["requires-python"])
    conda = SpecifierSet(python.removeprefix("python "))
    for minor in range(9, 15):
        assert (f"3.{minor}" in conda) == (f"3.{minor}" in supported)


def test_one_version_and_one_oldest_python():
    assert crmlib.__version__ == PYPROJECT["project"]["version"]
    oldest = ".".join(map(str, install.OLDEST_PYTHON))
    assert PYPROJECT["project"]["requires-python"] == f">={oldest}"
    start = (PROJECT / "start.py").read_text(encoding="utf-8")
    assert f"sys.version_info < {install.OLDEST_PYTHON}" in start
    for readme in ("README.md", "README.zh.md"):
        assert oldest in (PROJECT / readme).read_text(encoding="utf-8")


# ---- What must not be in a file --------------------------------------------------------------------------------------

BINARY = {".gz", ".png", ".jpg", ".ttf", ".otf", ".parquet", ".xlsx", ".pdf"}
REGISTRIES = r"pypi\.org|pythonhosted\.org|npmjs\.org|anaconda\.(org|com)|deb\.debian\.org|tuna\.tsinghua|mirrors\.\w+"
MACHINES = r"/work/(main|shared)\b|/opt/(pypi|wheels)|/(tmp|root|home)/\w|[A-Z]:\\Users\\"


def committed_files():
    command = ["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (PROJECT / ".git").exists():
        names = subprocess.check_output(command).decode("utf-8").rstrip("\0").split("\0")
        return [PROJECT / name for name in names if (PROJECT / name).is_file()]
    hidden = {".venv", "work", "__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache"}  # unpacked without git
    return [file for file in PROJECT.rglob("*") if file.is_file() and not hidden & set(file.relative_to(PROJECT).parts)]


def test_no_file_names_a_registry_or_a_place_on_a_machine():
    files = [file for file in committed_files() if file.suffix not in BINARY]
    assert len(files) > 20
    found = []
    for file in files:
        for number, line in enumerate(file.read_bytes().decode("utf-8").splitlines(), start=1):
            if hit := re.search(f"{REGISTRIES}|{MACHINES}", line):
                found.append(f"{file.relative_to(PROJECT)}:{number}: {hit.group()}")
    assert not found


@pytest.mark.parametrize("line", ["https://" + "pypi" + ".org/simple", "open('/" + "tmp/x')", "C:" + "\\Users\\me"])
def test_such_names_are_recognised(line):
    assert re.search(f"{REGISTRIES}|{MACHINES}", line)


# ---- Licences --------------------------------------------------------------------------------------------------------

# They print the licences of what is inside their wheels; these are the places where those name the GPL.
EXPLAINED = {
    "matplotlib": "FreeType may be used under the FTL or the GPL: it is used under the FTL",
    "scipy": "the runtime library of gfortran comes with the exception for programs that use it",
}


def licence(metadata):
    """What a package says of its licence: an expression, a classifier, or a text."""
    classifiers = [text for text in metadata.get_all("Classifier", []) if text.startswith("License ::")]
    return [text for text in [metadata.get("License-Expression"), *classifiers, metadata.get("License")] if text]


def licence_file_of_gpl(found):
    """The licence file that begins as the GPL or one of its kin; some packages say it there only."""
    for file in found.files or []:
        path = Path(found.locate_file(file))
        if re.search(r"\.dist-info/.*(licen[sc]e|copying)", str(file), re.IGNORECASE) and path.is_file():
            if "GENERAL PUBLIC LICENSE" in path.read_text(encoding="utf-8", errors="replace")[:300]:
                return str(file)
    return None


def test_no_package_of_the_students_is_under_the_gpl():
    distributions = closure(STUDENT)
    packages = {name: licence(found.metadata) for name, found in distributions.items()}
    assert len(packages) > 80
    assert [name for name, said in packages.items() if not said] == []
    gpl = {name for name, said in packages.items() if re.search(r"\b[AL]?GPL|GNU .*General Public", " ".join(said))}
    assert gpl <= set(EXPLAINED)
    for name in gpl:
        assert not re.search("GPL|GNU", packages[name][0]), "only what is inside the wheel may be under it"
    assert [name for name, found in distributions.items() if licence_file_of_gpl(found)] == []


def test_what_is_under_a_licence_of_the_gpl_is_for_tests_only():
    """A peer to compare with, a driver of databases: students install neither, no code of the course imports them."""
    under_it = {name for name, found in closure(STUDENT + TEST).items() if licence_file_of_gpl(found)}
    assert under_it == {"empulse", "psycopg", "psycopg-binary"} and not under_it & set(closure(STUDENT))
    imports = re.compile(r"^\s*(from|import) (empulse|psycopg)\b|import_module\(.(empulse|psycopg)", re.M)
    assert imports.search("x = 1\n    from empulse.metrics import empc_score")
    folders = ["crmlib", "course", "chapters", "notebooks", "solutions", "datasets", "start.py"]
    files = [file for folder in folders for file in [PROJECT / folder, *(PROJECT / folder).rglob("*")]
             if file.suffix in {".py", ".md", ".ipynb"}]  # fmt: skip
    assert len(files) > 50
    text = {file: file.read_text(encoding="utf-8").replace('"', "\n") for file in files}  # cells of notebooks too
    assert [str(file) for file in files if imports.search(text[file])] == []


def test_the_course_itself_is_under_its_licence():
    assert PYPROJECT["project"]["license"] == "BSD-3-Clause"
    assert "BSD" in (PROJECT / "LICENSE").read_text(encoding="utf-8")
