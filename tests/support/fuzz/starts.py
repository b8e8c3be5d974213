"""Where a call starts from: the arguments that the docstring's example gives, kept while it runs."""

import contextlib
import copy
import copyreg
import doctest
import inspect
import io
from dataclasses import dataclass
from functools import cache, wraps
from importlib import import_module

import duckdb
import ipywidgets as ipw

import crmlib
from tests.support import explorers
from tests.support.chapters import SOURCES
from tests.support.fuzz.found import is_public

# Calls of methods whose docstrings have no example of their own.
LOG = """
>>> from crmlib import datasets, value
>>> log = datasets.load_cdnow_sample()
>>> log = log[log["customer_id"] < 1500]
>>> summary = value.btyd_summary(log, calibration_end="1997-09-30", amount="amount")
"""
PURCHASES = """
>>> model = {name}().fit(summary)
>>> found = model.log_likelihood(summary), model.probability_alive(summary)
>>> found = model.conditional_expected_purchases(39, summary), model.expected_purchases(52)
"""
METHODS = {
    "crmlib.value.bgnbd": LOG + PURCHASES.format(name="BetaGeoNBD"),
    "crmlib.value.pareto_nbd": LOG + PURCHASES.format(name="ParetoNBD"),
    "crmlib.value.gamma_gamma": LOG
    + ">>> model = GammaGamma().fit(summary)\n>>> found = model.expected_spend(summary)\n",
    "crmlib.value.contract": ">>> found = ShiftedBetaGeometric(0.7, 1.2).retention(3)\n",
}
MOST = 2  # calls of one example that are kept

# A text for a reducer: copies of a call share the connection. To load a warehouse again changes no fact in it.
copyreg.pickle(duckdb.DuckDBPyConnection, lambda warehouse: "warehouse")


@dataclass
class Start:
    """One call that is right."""

    target: object
    arguments: inspect.BoundArguments
    holes: int = 0  # missing numbers in its result
    words: frozenset = frozenset()  # names of its columns and keys

    def value(self, name):
        """What an argument is in the example, or by default."""
        default = self.arguments.signature.parameters[name].default
        return self.arguments.arguments.get(name, None if default is inspect.Parameter.empty else default)

    def fresh(self):
        """The arguments, copied: a call may change them."""
        return inspect.BoundArguments(self.arguments.signature, copy.deepcopy(self.arguments.arguments))


def starts(target):
    """The calls of the target that its example makes, for an explorer those of its chapter."""
    found = _of_module(target.module)[target.attribute, target.owner]
    if not found and target.room == "widgets":
        found = _of_chapters().get(target.name, [])
    return [Start(target, arguments) for arguments in found[:MOST]]


@cache
def _of_module(name):
    """The arguments of each call that a module's examples make: {(name, class or None): [arguments]}."""
    module, calls = import_module(name), Calls()
    with contextlib.ExitStack() as kept, contextlib.redirect_stdout(io.StringIO()):
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        spies = _spies(module, calls, kept)
        tests = doctest.DocTestFinder(exclude_empty=True).find(module)
        if name in METHODS:
            tests.append(doctest.DocTestParser().get_doctest(METHODS[name], vars(module).copy(), name, None, 0))
        for test in tests:
            test.globs |= spies
            calls.example = test.name
            crmlib.use_language("en")
            runner.run(test, out=lambda text: None)
    return calls


class Calls(dict):
    """What was called with which arguments, those of its own example first."""

    def __missing__(self, key):
        return []

    def spy(self, function, name, owner=None):
        """Return the function, which now keeps the arguments of its first calls."""
        form = inspect.signature(function)

        @wraps(function)
        def spied(*args, **kwargs):
            key = name, owner and type(args[0])
            own = f".{name}" in self.example or (owner and f".{owner.__name__}" in self.example)
            with contextlib.suppress(TypeError):  # refused below
                kept = self.setdefault(key, [])
                bound = copy.deepcopy(form.bind(*args, **kwargs).arguments)
                kept.insert(0 if own and len(kept) else len(kept), inspect.BoundArguments(form, bound))
            return function(*args, **kwargs)

        return spied


def _spies(module, calls, kept):
    """Functions of a module that keep their arguments; classes keep those of their methods, until `kept` closes."""
    spies = {}
    for name, thing in list(vars(module).items()):
        if getattr(thing, "__module__", None) != module.__name__ or name.startswith("_"):
            continue
        if inspect.isclass(thing) and not issubclass(thing, ipw.Widget):
            for attribute in filter(is_public, dir(thing)):
                if inspect.isfunction(method := getattr(thing, attribute)):
                    kept.callback(
                        *(
                            (setattr, thing, attribute, method)
                            if attribute in vars(thing)
                            else (delattr, thing, attribute)
                        )
                    )
                    setattr(thing, attribute, calls.spy(method, attribute, thing))
        elif inspect.isfunction(thing):
            spies[name] = calls.spy(thing, name)
    return spies


@cache
def _of_chapters():
    """The arguments of each explorer in its chapter: {name: [arguments]}."""
    found = {}
    for name in SOURCES:
        for call, cell in explorers.calls(name):
            names = explorers.names_for(name, cell)
            function = eval(call.partition("(")[0], names)
            form = inspect.signature(function)
            bound = eval(call.replace(call.partition("(")[0], "form.bind", 1), names | {"form": form})
            found.setdefault(f"widgets.{function.__name__}", []).append(bound)
    return found
