"""Customer relationship management, computed and drawn: the library of the course (客户关系管理).

>>> import crmlib
>>> crmlib.use_language("en")
>>> round(crmlib.value.margin_multiple(retention=0.9, discount=0.1), 2)
4.5
"""

from importlib import import_module

from crmlib.language import label, language, say, use_language

__version__ = "0.1.0"
__all__ = ["label", "language", "say", "use_language"]

_MODULES = (
    "churn",
    "datasets",
    "display",
    "exercises",
    "lifecycle",
    "mailing",
    "plots",
    "qinghe",
    "segmentation",
    "selftest",
    "tables",
    "telecom",
    "value",
    "widgets",
)


def __getattr__(name):
    # Submodules load when they are used, so that `import crmlib` stays as light as the language it sets.
    if name in _MODULES:
        return import_module(f"crmlib.{name}")
    raise AttributeError(f"module 'crmlib' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_MODULES])
