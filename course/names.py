"""Which names a piece of code binds and reads."""

import ast


def names_in(expression):
    return {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}


def assigned(nodes):
    """The names that statements bind at the top level (those in functions and comprehensions are their own)."""
    found = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        todo.extend(ast.iter_child_nodes(node))
    return found


def read_names(node):
    """The names that a statement reads and does not bind within itself before (loops, comprehensions, parameters)."""
    bound = {name.arg for name in ast.walk(node) if isinstance(name, ast.arg)}
    for part in ast.walk(node):
        if isinstance(part, (ast.comprehension, ast.For, ast.withitem)):
            target = part.optional_vars if isinstance(part, ast.withitem) else part.target
            bound |= {name.id for name in ast.walk(target) if isinstance(name, ast.Name)} if target else set()
    read = {
        name.id: name.lineno for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
    }
    if isinstance(node, ast.AugAssign):
        read |= {name.id: name.lineno for name in ast.walk(node.target) if isinstance(name, ast.Name)}
    return {name: line for name, line in read.items() if name not in bound}
