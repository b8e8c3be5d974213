"""A small chapter that keeps the second contract, in pieces that a test can spoil."""

from course.exercises import BEGIN, END
from tests.support.cells import code


def pair(english, chinese, role=None):
    """Two markdown cells, with a role."""
    tags = f'"{role}", ' if role else ""
    english, chinese = english.strip(), chinese.strip()
    return f'+++ {{"tags": [{tags}"en"]}}\n\n{english}\n\n+++ {{"tags": [{tags}"zh"]}}\n\n{chinese}\n'


OPENING = pair(
    "# 04 Customer value\n\nSyllabus, chapter 3, section 2 · 2 class hours\n\n**Three decisions**\n\n"
    "1. Whom to keep.\n2. What to pay.\n3. When to stop.",
    "# 04 客户价值\n\n第三章第二节 · 2 学时\n\n**三项决策**\n\n1. 留谁。\n2. 付多少。\n3. 何时停。",
)
IMPORTS = code("from crmlib import widgets\nfrom crmlib.exercises import ask, check", "prepare")
GIVENS = code("price, members = 300, 10", "prepare")
ROWS = [
    (3, "Roll-call", "点名"),
    (37, "1 What is one worth?", "1 一个值多少？"),
    (5, "Exercises 1.1 and 1.2", "练习 1.1、1.2"),
]
ROWS += [(5, "Break", "课间休息"), (40, "Ask the class: discussion", "课堂讨论")]


def plan(rows=ROWS, late=("**When late**, drop the vote.", "**来不及时**，可以略去表决。"), number=(1, "一")):
    tables = [
        "\n".join([f"| {head} | {what} |", "|---|---|", *(f"| {row[0]} | {row[column]} |" for row in rows)])
        for column, (head, what) in enumerate((("Minutes", "What"), ("分钟", "内容")), 1)
    ]
    english = f"# Session {number[0]} · Worth\n\n{tables[0]}\n\n{late[0]}"
    return pair(english, f"# 第{number[1]}次课 · 价值\n\n{tables[1]}\n\n{late[1]}", "plan")


SLIDE = pair(
    "## Worth\n\n- All later profit\n- In money of today", "## 价值\n\n- 今后全部利润\n- 折成今天的钱", "slide"
)


def slides(count, *more):
    return "\n".join([SLIDE] * count + list(more))


SECTION = pair("## 1 What is one worth?\n\nLook.", "## 1 一个值多少？\n\n请看。")
EXPLORER = code("widgets.value.clv_explorer(30, 0.92, 0.01, 150)", "fold")
TAKEN = pair(
    "**The manager (decision 1)** keeps all.\n\n**The manager (decision 2)** pays ten.\n\n"
    "**The manager (decision 3)** stops.\n\n**Ask the class** Is it fair?\n\n**Exercise 1.1 ★** What does each pay?",
    "**经理的决定（决策一）** 都留。\n\n**经理的决定（决策二）** 付十元。\n\n**经理的决定（决策三）** 停。\n\n"
    "**课堂讨论** 公平吗？\n\n**练习 1.1 ★** 每人付多少？",
)


def box(name="each"):
    return code(f'{BEGIN}\n{name} = price / members\n{END}\nask("value.{name}", {name})', "exercise")


EXAM = pair("# Exam points\n\nCLV: profit, discount.", "# 考点\n\n终身价值：利润、折现。")
SO = pair("So.", "如此。")
CLASS = [OPENING, IMPORTS, GIVENS, plan(), slides(16), SECTION, EXPLORER, SO, EXPLORER, TAKEN, box(), SO, box("share")]
CLASS += [SO, EXAM]
LABS = pair("# Labs\n\nEach runs alone.", "# 实验\n\n每个实验都能单独做。")


def lab(number=1, minutes=30, prepare=None, own=2, uses=""):
    cells = [pair(f"## Lab {number} Count ({minutes} minutes)", f"## 实验 {number} 数一数（{minutes} 分钟）")]
    cells.append(prepare or code(f"from crmlib.exercises import check\n\nprice{number} = 3", "prepare"))
    for k in range(2):
        name = f"lab{number}_{k}"
        lines = f"half = price{number} / 2\n" if k < own else ""
        solution = f"{BEGIN}\n{lines}{name} = price{number}{uses}\n{END}\ncheck('value.{name}', {name})"
        cells += [pair("**Lab exercise** Count.", "**实验练习** 数一数。"), code(solution, "exercise")]
    return "\n".join([*cells, SO])


AFTER = pair(
    "# After class\n\n## Quiz\n\n## Homework\n\n## Further reading\n\nA book.",
    "# 课后\n\n## 小测验\n\n## 作业\n\n## 延伸阅读\n\n一本书。",
)
LAB = [LABS, lab(1), lab(2), lab(3), AFTER]
NUMBER = "\n  kind: money\n  digits: 0\n  right: {en: R., zh: 对。}\n  hints: {en: [a, b], zh: [甲, 乙]}\n"
NAMES = ["each", "share", *(f"lab{number}_{k}" for number in (1, 2, 3) for k in range(2))]


def write(root, class_=CLASS, lab_=LAB, sentences=None):
    """Write the chapter and a glossary of nothing; return the chapter's folder."""
    from course.source import HEADER

    folder = root / "chapters" / "04_value"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "crmlib").mkdir(exist_ok=True)
    (root / "crmlib" / "glossary.csv").write_text("en,zh,exam\n", encoding="utf-8")
    for name, cells in (("class.md", class_), ("lab.md", lab_)):
        (folder / name).write_bytes((HEADER + "\n" + "\n".join(cells)).encode("utf-8"))
    asked = "".join(f"{name}:{NUMBER}" for name in NAMES) if sentences is None else sentences
    (folder / "exercises.yml").write_bytes(asked.encode("utf-8"))
    return folder
