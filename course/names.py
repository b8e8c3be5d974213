"""Which names a piece of code binds and reads."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def names_in(expression):
    return {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}


def name_of(node):
    """The name that a node reads or binds; None where it holds none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.alias):
        return (node.asname or node.name).partition(".")[0]
    # def and class, except … as, case …
    name = getattr(node, "name", None) or getattr(node, "rest", None)
    return name if isinstance(name, str) else None


def assigned(nodes):
    """The names that statements bind at the top level (those in functions and comprehensions are their own)."""
    found = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if not isinstance(getattr(node, "ctx", None), (ast.Load, ast.Del)):
            found.add(name_of(node))
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(node))
    return found - {None}


def parameters(node):
    """The names of a function's parameters."""
    return {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}


def outside(node):
    """What of a function is evaluated where it is defined: defaults and decorators."""
    defaults = [*node.args.defaults, *node.args.kw_defaults]
    return [part for part in [*defaults, *getattr(node, "decorator_list", [])] if part]


def mentions(tree, name):
    """The lines at which a name stands; where a function has a parameter of that name, it means that one."""
    shadowed = isinstance(tree, FUNCTIONS) and name in parameters(tree)
    for node in outside(tree) if shadowed else ast.iter_child_nodes(tree):
        if name_of(node) == name:
            yield node.lineno
        yield from mentions(node, name)


def read_names(node):
    """The names that a statement reads and does not bind within itself before (loops, comprehensions, parameters)."""
    functions = [part for part in ast.walk(node) if isinstance(part, FUNCTIONS)]
    bound = {name for function in functions for name in parameters(function)}
    bound -= {name_of(part) for function in functions for kept in outside(function) for part in ast.walk(kept)}
    for part in ast.walk(node):
        if isinstance(part, (ast.comprehension, ast.For, ast.withitem)):
            target = part.optional_vars if isinstance(part, ast.withitem) else part.target
            bound |= {name.id for name in ast.walk(target) if isinstance(name, ast.Name)} if target else set()
    names = [name for name in ast.walk(node) if isinstance(name, ast.Name)]
    read = {name.id: name.lineno for name in names if not isinstance(name.ctx, ast.Store)}
    if isinstance(node, ast.AugAssign):
        read |= {name.id: name.lineno for name in ast.walk(node.target) if isinstance(name, ast.Name)}
    return {name: line for name, line in read.items() if name not in bound}
