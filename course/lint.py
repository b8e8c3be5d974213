"""The rules for the text: twins agree, Chinese is set as Chinese, outputs have their prose, terms are translated."""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from course.source import BEGIN, CODE_SPAN, END, LANGUAGES, MATHS, Problem, blank, is_call, names_in

LONGEST_CELL = 12
# Chinese that an English cell may hold besides the glossary's terms: names, and the mark of an advanced section.
NAMES = {"术语", "进阶", "中文", "青禾优选", "海底捞"}
# What a placeholder may call without the twin calling it too.
FORMATTERS = {"label", "say", "round", "abs", "int", "float", "str", "len", "min", "max"}

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
HALF_WIDTH = re.compile(
    rf"[,.?:;!()\"'](?=[{HAN}])"
    rf"|[,:;](?=[ ]*[{HAN}])"
    rf"|(?<=[{HAN}])[ ]*[,.?:;!()\"']"
    rf"|(?<=[，。？：；！、（）“”])[ ]*[,.?:;!()]"
)
# Code and formulas within Chinese keep their own signs.
LATIN = rf"[^\n{HAN}，。？：；！、（）“”]*?"
CODE_LIKE = re.compile(
    r"(?<= )\.\.\.(?= )"  # the ... to replace
    rf"|[A-Za-z_]\({LATIN}\)"  # P(alive)
    rf"|\({LATIN}[+−×÷=^]{LATIN}\)"  # (1 + r)
    r"|(?<!\w)\.[a-z_]\w+"  # .days
    rf"|\"{LATIN}\"|'{LATIN}'|\[{LATIN}\]"  # "renewal", [0.1, 0.2]
)
FULL_WIDTH = dict(zip(",.?:;!()\"'", "，。？：；！（）“‘", strict=True))
NUMBERED = re.compile(r"^[ ]*(?:[-*+]|\d+[.)])[ ]|^[ ]{0,3}(?:#+|>)[ ]", re.M)
LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)|<https?://[^>]*>|https?://[\w./?=&%#~:+-]+")
HTML = re.compile(r"<[/!a-zA-Z][^>]*>")
PLACEHOLDER_MARK = "0"


def lint_chapters(root, chapters):
    """Return the problems of the chapters' text and code."""
    glossary, problems = read_glossary(root)
    for path in sorted(Path(root, "chapters").glob("*.md")):
        if not re.match(r"\d\d_", path.name):
            problems.append(
                Problem(f"chapters/{path.name}", 1, "not a chapter's name", "call it NN_name.md, or move it")
            )
    for chapter in chapters:
        problems += lint_chapter(root, chapter, glossary)
        problems += lint_questions(root, chapter)
    return sorted({*problems, *duplicate_exercises(chapters)})


def lint_chapter(root, chapter, glossary):
    found = []

    def report(line, what, remedy):
        found.append(Problem(chapter.path, line, what, remedy))

    for english, chinese in twins(chapter, report):
        compare_twins(english, chinese, glossary, report)
    for cell in chapter.cells:
        if cell.kind == "markdown":
            check_bold(cell, report)
            check_links(root, chapter, cell, report)
            if cell.language == "zh":
                check_chinese(cell, report)
            else:
                check_english(cell, glossary, report)
            if cell.language is None:
                check_shared(cell, glossary, report)
    check_code(chapter, report)
    return found


# --- twins ------------------------------------------------------------------------------------------------------


def twins(chapter, report):
    """The pairs of cells in the two languages."""
    pairs, english = [], None
    for cell in chapter.cells:
        if english and cell.language != "zh":
            report(english.line, "an English cell without its Chinese twin", 'put a cell tagged ["zh"] right below it')
        if cell.language == "zh":
            if english:
                pairs.append((english, cell))
            else:
                report(cell.line, "a Chinese cell without its English twin", 'put a cell tagged ["en"] right above it')
        english = cell if cell.language == "en" else None
    if english:
        report(english.line, "an English cell without its Chinese twin", 'put a cell tagged ["zh"] right below it')
    return pairs


def compare_twins(english, chinese, glossary, report):
    if english.metadata.get("slideshow") != chinese.metadata.get("slideshow"):
        report(chinese.line, "the slide metadata differs from the English twin's", "give both the same")
    one, two = shape(english), shape(chinese)
    for what in one:
        if one[what] != two[what]:
            report(
                chinese.line,
                f"{what} differ from line {english.line}'s: {told(two[what])} here, {told(one[what])} there",
                "make the twins agree",
            )
    terms = {term: row["zh"] for term, row in glossary.items() if row["exam"]}
    here, there = chinese_terms(marked(chinese), glossary), english_terms(marked(english), glossary)
    for term, translation in terms.items():
        if term in there and translation not in here:
            report(
                chinese.line,
                f"{term!r} of the English twin is examined as {translation!r}",
                f"write {translation} here too",
            )
        if translation in here and not {key for key, zh in terms.items() if zh == translation} & there:
            report(
                english.line, f"{translation!r} of the Chinese twin is examined as {term!r}", f"write {term} here too"
            )


def told(things):
    return ", ".join(map(str, things)) if isinstance(things, list) and things else "none" if not things else str(things)


@cache
def parser():
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(dollarmath_plugin, allow_labels=False)


def shape(cell):
    """What twins have in common, by kind."""
    tokens = list(flat(parser().parse(marked(cell))))
    formulas = Counter(re.sub(r"\\text\{[^}]*\}", r"\\text{}", " ".join(math.split())) for math in maths(cell))
    return {
        "headings": [token.tag for token in tokens if token.type == "heading_open"],
        "formulas": sorted(formulas.elements()),
        "links": sorted(target(token.attrs["href"]) for token in tokens if token.type == "link_open"),
        "pictures": sorted(target(token.attrs["src"]) for token in tokens if token.type == "image"),
        "the placeholders' names": sorted(
            " ".join(sorted(names_in(placeholder.expression) - FORMATTERS)) for placeholder in cell.placeholders
        ),
        "list items": [token.level for token in tokens if token.type == "list_item_open"],
        "table rows": [token.type[0:2] for token in tokens if token.type in ("tr_open", "th_open", "td_open")],
    }


def flat(tokens):
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def maths(cell):
    text = blank(CODE_SPAN, marked(cell))
    return [found.group() for found in MATHS.finditer(text)]


def marked(cell):
    """The cell's text with every placeholder replaced by a digit, lines kept."""
    text = cell.text
    for placeholder in reversed(cell.placeholders):
        lines = "\n" * text.count("\n", placeholder.start, placeholder.end)
        text = text[: placeholder.start] + PLACEHOLDER_MARK + lines + text[placeholder.end :]
    return text


def target(link):
    """A link's target without its language."""
    return re.sub(r"\.zh\.", ".", re.sub(r"/(zh|en)/", "/", link))


# --- terms ------------------------------------------------------------------------------------------------------


def english_terms(text, glossary):
    """The glossary's terms in an English text; a longer term hides the shorter ones within it."""
    by_lower = {" ".join(term.lower().split()): term for term in glossary}
    pattern = "|".join(english_pattern(term) for term in sorted(by_lower, key=len, reverse=True))
    found = re.findall(rf"(?<![A-Za-z])({pattern})(?![A-Za-z])", prose(text), re.I) if pattern else []
    return {by_lower[singular] for match in found if (singular := base_form(" ".join(match.lower().split()), by_lower))}


def english_pattern(term):
    words = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term)))
    return rf"{words[:-1]}(?:y|ies)" if words.endswith("y") else rf"{words}(?:es|s)?"


def base_form(match, terms):
    forms = [match, re.sub(r"ies$", "y", match), re.sub(r"s$", "", match), re.sub(r"es$", "", match)]
    spaced = {re.sub(r"[\s-]+", " ", term): term for term in terms}
    return next((spaced[form] for form in (re.sub(r"[\s-]+", " ", form) for form in forms) if form in spaced), None)


def chinese_terms(text, glossary):
    terms = sorted({row["zh"] for row in glossary.values() if row["zh"]}, key=len, reverse=True)
    text = re.sub(rf"(?<=[{HAN}])\n(?=[{HAN}])", "", prose(text))
    return set(re.findall("|".join(map(re.escape, terms)), text)) if terms else set()


def prose(text):
    return blank(CODE_SPAN, text).replace("*", "")


# --- one cell ---------------------------------------------------------------------------------------------------


def plain(cell):
    """The text that a reader reads, lines kept: no code, formulas, link targets, HTML, emphasis, list marks."""
    text = marked(cell)
    for pattern in (CODE_SPAN, MATHS, LINK_TARGET, HTML, NUMBERED):
        text = blank(pattern, text)
    return text.replace("*", "")


def each_line(cell, text):
    return ((cell.line + index, line) for index, line in enumerate(text.split("\n")))


def check_bold(cell, report):
    """Bold that Markdown does not close leaves its asterisks in the text."""
    for token in parser().parse(marked(cell)):
        if token.type == "inline" and any("**" in part.content for part in token.children if part.type == "text"):
            line = cell.line + token.map[0]
            report(
                line, "the ** does not become bold", "keep quotes and punctuation outside **…**, or a space beside it"
            )


def check_chinese(cell, report):
    for line, text in each_line(cell, blank(CODE_SPAN, cell.text)):
        for found in re.finditer(r"[，。；：、]\*\*(?=[^*]|$)", text):
            if text.count("**", 0, found.end() - 2) % 2:
                report(line, f"{found.group()[0]!r} closes inside **…**", "put the punctuation behind the bold")
    for line, text in each_line(cell, plain(cell)):
        check_width(line, text, report)


def code_mark(found):
    return "0" * len(found.group())


def check_width(line, text, report):
    for found in HALF_WIDTH.finditer(re.sub(CODE_LIKE, code_mark, text)):
        sign = found.group().strip()
        near = text[max(found.start() - 6, 0) : found.end() + 6].strip()
        report(line, f"half-width {sign!r} beside Chinese: {near!r}", f"write {FULL_WIDTH[sign]}")


def check_english(cell, glossary, report):
    allowed = NAMES | {run for row in glossary.values() for run in re.findall(rf"[{HAN}]+", row["zh"])}
    for line, text in each_line(cell, english_part(cell)):
        for run in re.findall(rf"[{HAN}]+", text):
            if run not in allowed:
                report(line, f"Chinese where English stands: {run!r}", f"add the term to {GLOSSARY}, or use English")
        if cell.language == "en" and (found := re.search("[，。？：；！、（）]", text)):
            report(line, f"full-width {found.group()!r} in English", "use the English sign")


def english_part(cell):
    """The text of an English cell that must be English: not code, nor the title of a Chinese book."""
    return re.sub("《[^》]*》", " ", blank(CODE_SPAN, cell.text))


def chinese_in_english(cell):
    """The Chinese terms in a cell that English readers see."""
    return re.findall(rf"[{HAN}]+", english_part(cell)) if cell.kind == "markdown" and cell.language != "zh" else []


def check_shared(cell, glossary, report):
    """A cell for both languages holds words of both (a table of terms) or of none (a formula, a picture)."""
    text = re.sub(r"!\[[^\]]*\]", " ", plain(cell))
    english, chinese = re.search("[A-Za-z]{2,}", text), re.search(f"[{HAN}]+", text)
    if bool(english) != bool(chinese):
        what = f"a cell for both languages with words of one: {(english or chinese).group()!r}"
        report(cell.line, what, 'tag it ["en"] and add its ["zh"] twin')
    for line, row in term_rows(cell):
        if not any(glossary[term]["zh"] in row for term in row if term in glossary):
            report(
                line,
                f"a pair of terms that the glossary has not: {' | '.join(row)}",
                f"correct it, or add it to {GLOSSARY}",
            )


def term_rows(cell):
    """The rows of a table of terms in both languages, each a list of its cells."""
    for line, text in each_line(cell, cell.text if cell.kind == "markdown" and cell.language is None else ""):
        row = [part.strip() for part in text.strip().strip("|").split("|")]
        if text.startswith("|") and re.search(f"[{HAN}]", text) and not NAMES & set(row):
            yield line, row


def check_links(root, chapter, cell, report):
    for token in flat(parser().parse(marked(cell))):
        link = token.attrs.get("href") or token.attrs.get("src") if token.type in ("link_open", "image") else None
        if not link or re.match(r"[a-z]+:|#", link):
            continue
        path = link.split("#")[0]
        for language in LANGUAGES:
            if cell.serves(language) and not link_exists(Path(root), language, path):
                report(
                    cell.line, f"the link {link!r} leads nowhere from notebooks/{language}/", "correct it or drop it"
                )


def link_exists(root, language, path):
    file = (root / "notebooks" / language / path).resolve()
    if file.suffix == ".ipynb" and file.parent.parent.name in ("notebooks", "solutions"):
        return (root / "chapters" / f"{file.stem}.md").exists()
    return file.exists()


# --- code -------------------------------------------------------------------------------------------------------


def check_code(chapter, report):
    for number, cell in enumerate(chapter.cells):
        if cell.kind != "code" or cell.tree is None:
            continue
        first = cell is chapter.code[0]
        length = sum(1 for line in cell.text.split("\n") if line.strip() and line not in (BEGIN, END))
        if length > LONGEST_CELL and not first:
            report(cell.line, f"a code cell of {length} lines", f"at most {LONGEST_CELL}: split it at its ideas")
        if not cell.text.strip():
            report(cell.line, "an empty code cell", "delete it")
        if first or not shows_output(cell):
            continue
        # Code that only prepares may stand between an output and its prose, another output may not.
        if not has_prose(reversed(chapter.cells[:number])):
            report(cell.line, "an output without prose before it", "say what the reader is about to see")
        if not has_prose(chapter.cells[number + 1 :]):
            report(cell.line, "an output without prose after it", "say what the reader sees")


def has_prose(cells):
    return next((cell.kind == "markdown" for cell in cells if cell.kind == "markdown" or shows_output(cell)), False)


def shows_output(cell):
    body = cell.tree.body if cell.tree else []
    return bool(body) and isinstance(body[-1], ast.Expr) and not is_hint(cell)


def is_hint(cell):
    body = cell.tree.body if cell.tree else []
    return len(body) == 1 and isinstance(body[0], ast.Expr) and is_call(body[0].value, "hint")


def duplicate_exercises(chapters):
    seen, problems = {}, []
    for chapter in chapters:
        for cell in chapter.code:
            if cell.exercise and cell.exercise.id in seen:
                other = seen[cell.exercise.id]
                problems.append(
                    Problem(chapter.path, cell.line, f"{cell.exercise.id!r} is asked twice", f"see {other}")
                )
            elif cell.exercise:
                seen[cell.exercise.id] = f"{chapter.path}:{cell.line}"
    return problems


# --- quiz -------------------------------------------------------------------------------------------------------


def lint_questions(root, chapter):
    """A chapter's quiz speaks both languages, has one right option in each question, and explains every option."""
    file = Path(root, "chapters", "questions", f"{chapter.name}.yml")
    found = []

    def report(line, what, remedy):
        found.append(Problem(file.relative_to(root).as_posix(), line, what, remedy))

    if not file.exists():
        return found
    try:
        tree = yaml.compose(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        report(mark.line + 1 if mark else 1, f"not valid YAML: {getattr(error, 'problem', error)}", "quote the text")
        return found
    for question in tree.value:
        line = question.start_mark.line + 1
        options = [fields(option) for option in fields(question)["options"].value]
        right = [option for option in options if "right" in option and option["right"].value == "true"]
        if len(right) != 1:
            report(line, f"{len(right)} right options", "mark exactly one with right: true")
        for option in options:
            if "why" not in option:
                report(option["en"].start_mark.line + 1, "an option without why", "say why it is right or wrong")
        check_bilingual(question, report)
    return found


def fields(node):
    return {key.value: value for key, value in node.value}


def check_bilingual(node, report):
    """Every mapping that speaks one language speaks the other."""
    if isinstance(node, yaml.MappingNode):
        texts = fields(node)
        if len(texts.keys() & set(LANGUAGES)) == 1:
            report(node.start_mark.line + 1, "a text in one language", "give en and zh")
        if "zh" in texts:
            check_width(texts["zh"].start_mark.line + 1, blank(MATHS, texts["zh"].value), report)
        if "en" in texts and (run := re.search(f"[{HAN}]+", texts["en"].value)):
            report(texts["en"].start_mark.line + 1, f"Chinese where English stands: {run.group()!r}", "use English")
        for child in texts.values():
            check_bilingual(child, report)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            check_bilingual(child, report)


# --- glossary ---------------------------------------------------------------------------------------------------

GLOSSARY = "crmlib/glossary.csv"


def read_glossary(root):
    """The glossary's rows by English term (each with its line), and what is wrong in the file."""
    rows, problems = {}, []
    with Path(root, GLOSSARY).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != ["en", "zh", "exam"]:
            return {}, [Problem(GLOSSARY, 1, f"columns {reader.fieldnames}", "the first line is en,zh,exam")]
        for row in reader:
            line = reader.line_num
            term = row["en"]
            if None in row or None in row.values():
                problems.append(Problem(GLOSSARY, line, f"{term!r} has not three columns", "quote a term with a comma"))
                continue
            if term in rows:
                problems.append(Problem(GLOSSARY, line, f"{term!r} stands twice", f"keep line {rows[term]['line']}"))
            if not term or not row["zh"] or any(value != value.strip() for value in row.values()):
                problems.append(Problem(GLOSSARY, line, f"{term!r}: empty or with spaces around", "write en,zh,exam"))
            if not re.fullmatch(r"(\d\d( \d\d)*)?", row["exam"]):
                problems.append(
                    Problem(
                        GLOSSARY, line, f"exam is {row['exam']!r}", "chapter numbers such as 04 or 03 04, or nothing"
                    )
                )
            rows.setdefault(term, row | {"line": line})
    return rows, problems


def lint_glossary(root, chapters, asked=()):
    """Every label has its row, every row its use, every examined term its place in the chapters that examine it.

    ``asked`` are the terms that the chapters looked up when they ran: they too are in use. None: the chapters did not
    run to their end, so nobody knows which rows are in use.
    """
    glossary, _ = read_glossary(root)
    literals, labels = literals_in(root, chapters)
    problems = [
        Problem(path, line, f"no Chinese for the label {term!r}", f"add it to {GLOSSARY}")
        for term, (path, line) in labels.items()
        if term not in glossary
    ]
    problems += chinese_strings(root)
    numbers = {chapter.number: chapter for chapter in chapters}
    beside = {run for chapter in chapters for cell in chapter.cells for run in chinese_in_english(cell)}
    for term, row in glossary.items():
        unused = term not in literals and row["zh"] not in beside and asked is not None and term not in asked
        if unused and not row["exam"]:
            problems.append(Problem(GLOSSARY, row["line"], f"nobody uses {term!r}", "delete the row"))
        for number in row["exam"].split():
            if number not in numbers:
                problems.append(
                    Problem(GLOSSARY, row["line"], f"{term!r}: no chapter {number}", "name chapters that exist")
                )
            else:
                problems += examined(numbers[number], term, row, glossary)
    return problems


def examined(chapter, term, row, glossary):
    """A term that a chapter examines stands in both languages, and once side by side (the opening's key terms)."""
    markdown = [cell for cell in chapter.cells if cell.kind == "markdown"]
    english = [cell for cell in markdown if cell.serves("en")]
    chinese = [cell for cell in markdown if cell.language == "zh"]
    remedy = f"teach it there, or take {chapter.number} from its exam column in {GLOSSARY}"
    problems = []
    if not any(row["zh"] in chinese_terms(marked(cell), glossary) for cell in chinese):
        problems.append(Problem(chapter.path, 1, f"the examined term {row['zh']!r} is not in the Chinese text", remedy))
    if not any(term in english_terms(marked(cell), glossary) and row["zh"] in cell.text for cell in english):
        what = f"the examined term '{term} {row['zh']}' is not among the key terms"
        problems.append(Problem(chapter.path, 1, what, remedy))
    return problems


def chinese_strings(root):
    """The Chinese that the library speaks is set as Chinese too."""
    found = []
    for file in sorted(Path(root, "crmlib").rglob("*.py")):
        path = file.relative_to(root).as_posix()

        def report(line, what, remedy, path=path):
            found.append(Problem(path, line, what, remedy))

        for line, text in texts_in(parse(file.read_text(encoding="utf-8"))):
            check_width(line, text.replace("\n", " "), report)
    return found


def texts_in(tree):
    """The strings of a module but its docstrings, with the values in f-strings replaced by a digit."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    skip = {
        id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and ast.get_docstring(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skip |= {id(part) for part in node.values}
            yield (
                node.lineno,
                "".join(str(getattr(part, "value", "")) if is_text(part) else "0" for part in node.values),
            )
        elif is_text(node) and id(node) not in skip:
            yield node.lineno, node.value


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@cache
def parse(code):
    return ast.parse(code)


def literals_in(root, chapters):
    """Every string in the code, and the labels among them with the place of their first use."""
    literals, labels = set(), {}
    for path, line, tree in trees(root, chapters):
        for node in ast.walk(tree):
            if is_text(node):
                literals.add(node.value)
            if is_call(node, "label") and node.args and is_text(node.args[0]):
                labels.setdefault(node.args[0].value, (path, line + node.lineno - 1))
    return literals, labels


def trees(root, chapters):
    """The code of the course: where it stands, its first line, its syntax tree."""
    for file in sorted(Path(root, "crmlib").rglob("*.py")):
        yield file.relative_to(root).as_posix(), 1, parse(file.read_text(encoding="utf-8"))
    for chapter in chapters:
        for cell in chapter.cells:
            if cell.tree:
                yield chapter.path, cell.line, cell.tree
            for placeholder in cell.placeholders:
                yield chapter.path, placeholder.line, ast.parse(placeholder.expression, mode="eval")
