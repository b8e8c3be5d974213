"""The examples in the library's docstrings run, each in English, and every public function has one."""

import doctest
import inspect
import pkgutil
from importlib import import_module

import pytest

import crmlib

MODULES = ["crmlib", *(module.name for module in pkgutil.walk_packages(crmlib.__path__, "crmlib."))]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    output = []
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        crmlib.use_language("en")
        runner.run(test, out=output.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(output)


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_documented(name):
    module = import_module(name)
    own = {
        key: thing
        for key, thing in vars(module).items()
        if not key.startswith("_")
        and getattr(thing, "__module__", None) == name
        and (inspect.isclass(thing) or callable(thing))
    }
    assert (module.__doc__ or "").strip(), f"{name} has no docstring"
    assert [key for key, thing in own.items() if not inspect.getdoc(thing)] == []
    functions = [thing for thing in own.values() if not inspect.isclass(thing)]
    if "widgets" not in name and name != "crmlib":
        assert [thing.__name__ for thing in functions if ">>>" not in inspect.getdoc(thing)] == []


def test_examples_are_found():
    modules = [import_module(name) for name in MODULES]
    assert sum(len(test.examples) for module in modules for test in doctest.DocTestFinder().find(module)) > 10
