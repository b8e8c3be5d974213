"""The exercises in a chapter's cells: solution, check or ask, wrong roads; and that they leave the rest alone."""

import ast
import re
from dataclasses import dataclass

from course.names import assigned, mentions, names_in, read_names

MODULES = ("crmlib", "exercises", "language", "crmlib.exercises", "crmlib.language")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
LOSS = "__loss"


@dataclass(frozen=True)
class Exercise:
    """What an exercise cell asks: its id, the lines of its solution, the names that the check receives.

    ``blanks`` are those of the names that the solution sets: in the student's notebook each becomes ``name = ...``.
    ``boxed``: asked by ``ask``, in a box; the student's notebook holds nothing but that call.
    """

    id: str
    begin: int
    end: int
    names: tuple
    blanks: tuple
    line: int
    boxed: bool = False

    @property
    def in_words(self):
        """Whether the answer is a sentence, whose model stands in exercises.yml: nothing is solved in the cell."""
        return self.boxed and not self.blanks

    @property
    def short(self):
        """The id without the chapter's word."""
        return self.id.rpartition(".")[2]

    def solution(self, text):
        """The cell's code without the markers."""
        return "\n".join(line for line in text.split("\n") if line.strip() not in (BEGIN, END))

    def stub(self, text):
        """The cell's code with the solution replaced by ``name = ...``, or the bare box."""
        if self.boxed:
            return f'ask("{self.id}")'
        lines = text.split("\n")
        lines[self.begin : self.end + 1] = [f"{name} = ..." for name in self.blanks]
        return "\n".join(lines)


@dataclass(frozen=True)
class Roads:
    """The wrong roads below an exercise, one assignment a road, some with the money that it loses."""

    exercise: Exercise
    roads: dict  # name: statement
    losses: dict  # name: statement


def read_code(chapter, cell, above):
    """Read a code cell; ``above`` is the cell before it."""
    try:
        compile(tree := ast.parse(cell.text), chapter.path, "exec")  # which also refuses yield outside functions
        cell.tree = tree
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        chapter.problem(
            line, f"{type(error).__name__}: {error.msg}", "correct the code; a cell is plain Python, no %magic"
        )
        return
    if "roads" in cell.tags:
        read_roads(chapter, cell, above)
    else:
        read_exercise(chapter, cell)


def read_exercise(chapter, cell):
    lines = cell.text.split("\n")
    begins = [index for index, line in enumerate(lines) if line.strip() == BEGIN]
    ends = [index for index, line in enumerate(lines) if line.strip() == END]
    checks = [node for node in ast.walk(cell.tree) if is_call(node, "check") or is_call(node, "ask")]
    marker = next((index for index, line in enumerate(lines) if "SOLUTION" in line), 0)
    at = cell.line + marker

    if "exercise" not in cell.tags:
        if begins or ends or "SOLUTION" in cell.text:
            chapter.problem(at, "a solution marker in a cell that is no exercise", "add :tags: [exercise]")
        elif checks:
            chapter.problem(cell.line, "a check in a cell that is no exercise", "add :tags: [exercise]")
        return
    last = cell.tree.body[-1] if cell.tree.body else None
    if len(checks) == 1 and is_words(cell.tree, checks[0]):
        identifier = id_of(chapter, checks[0], cell.line)
        if identifier:
            cell.exercise = Exercise(identifier, -1, -1, (), (), cell.line, boxed=True)
        return
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0] or lines[begins[0]] != BEGIN or lines[ends[0]] != END:
        chapter.problem(
            at,
            "the solution's markers are missing or not in pairs",
            f"one line {BEGIN!r}, then one line {END!r}, not indented",
        )
        return
    begin, end = begins[0], ends[0]
    if len(checks) != 1 or not isinstance(last, ast.Expr) or last.value is not checks[0] or last.lineno <= end + 1:
        chapter.problem(
            cell.line,
            "an exercise without exactly one check as its last line",
            'end it with check("id", name), or ask("id", name) in the class part',
        )
        return
    at = cell.line + last.lineno - 1
    identifier, received = id_of(chapter, checks[0], at), names_given(checks[0])
    if identifier is None:
        return
    if received is None:
        chapter.problem(at, "the check's arguments are not an id and names", 'write check("chapter.exercise", name, …)')
        return
    solved = assigned([node for node in cell.tree.body if begin < node.lineno - 1 < end])
    blanks = tuple(name for name in received if name in solved)
    if not blanks:
        chapter.problem(at, "the check receives no name that the solution sets", "give it the answer's name")
        return
    boxed = is_call(checks[0], "ask")
    if boxed and any(not begin < node.lineno - 1 < end for node in cell.tree.body[:-1]):
        chapter.problem(cell.line, "code beside the solution of a box", "compute it in a cell above")
    cell.exercise = Exercise(identifier, begin, end, tuple(received), blanks, cell.line, boxed)


def is_words(tree, call):
    """Whether a cell is the bare ``ask("id")``: an answer in words, whose model stands in exercises.yml."""
    alone = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr) and tree.body[0].value is call
    return alone and is_call(call, "ask") and len(call.args) == 1 and not call.keywords


def is_call(node, name):
    """Whether a node calls a function of the course: ``check(…)`` or ``exercises.check(…)``, not ``model.check(…)``."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in (name, *(f"{module}.{name}" for module in MODULES))


def id_of(chapter, call, line):
    """The exercise's id in a call of check or ask; None, and a problem told, where it is no literal."""
    given = call.args[0] if call.args else None
    if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
        chapter.problem(
            line, "the check's arguments are not an id and names", 'write check("chapter.exercise", name, …)'
        )
        return None
    word = chapter.name[3:].partition("_")[0]
    if not re.fullmatch(rf"{word}\.\w+", given.value):
        chapter.problem(line, f"{given.value!r} is not an id of this chapter", f'call it "{word}.…"')
    return given.value


def names_given(call):
    """The names that a check receives; None where it receives something else, or nothing."""
    values = call.args[1:]
    if not values or call.keywords or not all(isinstance(value, ast.Name) for value in values):
        return None
    return [value.id for value in values]


def read_roads(chapter, cell, above):
    """``no_discount = price / margin`` is a road, ``no_discount__loss`` its money, a name with ``_`` a helper."""
    if above is None or above.exercise is None:
        chapter.problem(
            cell.line, "wrong roads without their exercise", "put them, in one cell, right below the exercise's"
        )
        return
    roads, losses = {}, {}
    for node in cell.tree.body:
        names = assigned([node])
        name = next(iter(names), "")
        road = name.removesuffix(LOSS)
        line = cell.line + node.lineno - 1
        if any(is_call(part, "check") or is_call(part, "ask") for part in ast.walk(node)):
            chapter.problem(line, "a check among wrong roads", "a road is what a student would give: name = value")
        elif isinstance(node, (ast.Import, ast.ImportFrom)) or names and all(one.startswith("_") for one in names):
            continue  # a helper
        elif not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and len(names) == 1):
            chapter.problem(line, "not a wrong road", "one assignment a road: name = value; helpers: _name = …")
        elif name in roads or name != road and road in losses:
            chapter.problem(line, f"the road {name!r} stands twice", "give it another name")
        elif name == road:
            roads[road] = node
        elif road in roads:
            losses[road] = node
        else:
            chapter.problem(line, f"a loss without its road {road!r}", f"write {road} = … above it")
    cell.roads = Roads(above.exercise, roads, losses)


def check_names(chapter):
    """A blank notebook must run: nothing outside an exercise may use its answers' names, or read what it alone sets."""
    check_dependence(chapter)
    for cell in chapter.code:
        if cell.exercise:
            for name in cell.exercise.blanks:
                for line in uses(chapter, name, cell):
                    chapter.problem(
                        line,
                        f"{name!r} is an answer of {cell.exercise.id!r} and used elsewhere",
                        "a student may set it to anything: give the answer a name that nothing else uses",
                    )


def uses(chapter, name, own):
    """The lines on which a name is bound or read outside its own exercise and the wrong roads below it."""
    for cell in chapter.cells:
        if cell is own or (cell.roads and cell.roads.exercise is own.exercise):
            continue
        for placeholder in cell.placeholders:
            if name in names_in(placeholder.expression):
                yield placeholder.line
        if cell.tree:
            yield from sorted({cell.line + line - 1 for line in mentions(cell.tree, name)})


def check_dependence(chapter):
    owner = {}
    for cell in chapter.cells:
        if cell.roads:
            continue
        for placeholder in cell.placeholders:
            for name in names_in(placeholder.expression) & owner.keys():
                report_dependence(chapter, placeholder.line, name, owner[name])
        for node in cell.tree.body if cell.tree else []:
            first = node.lineno - 1
            if cell.exercise and cell.exercise.begin < first < cell.exercise.end:
                owner |= dict.fromkeys(assigned([node]), cell.exercise.id)
                continue
            if cell.exercise and node is cell.tree.body[-1]:
                continue
            reads = read_names(node)
            for name in reads.keys() & owner.keys():
                report_dependence(chapter, cell.line + reads[name] - 1, name, owner[name])
            for name in assigned([node]):
                owner.pop(name, None)


def report_dependence(chapter, line, name, exercise):
    chapter.problem(
        line,
        f"{name!r} is known only to the solution of {exercise!r}, which is blank in the student's notebook",
        "compute it again under another name outside the exercise",
    )
