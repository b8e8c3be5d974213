"""Cells, sentences and a glossary for the small courses that the tests of the build spoil."""

from course.exercises import BEGIN, END

GLOSSARY = "en,zh,exam\nRetention rate,留存率,04\n"
TERMS = '+++ {"tags": ["en"]}\n\nKey term: retention rate 留存率.\n\n+++ {"tags": ["zh"]}\n\n关键术语：留存率。\n'


def twins(english, chinese):
    """Two markdown cells, as they stand in a source."""
    return f'+++ {{"tags": ["en"]}}\n\n{english}\n\n+++ {{"tags": ["zh"]}}\n\n{chinese}\n'


def code(text, tags=""):
    options = f":tags: [{tags}]\n\n" if tags else ""
    return f"```{{code-cell}} ipython3\n{options}{text}\n```\n"


IMPORTS = code("from crmlib.exercises import check")
GIVENS = code("members, price = 3000, 900_000")
ASK = twins("What is one member's price?", "一名会员的价钱是多少？")
EXERCISE = code(f"{BEGIN}\nwhole = price\neach = whole / members\n{END}\ncheck('value.each', each)", "exercise")
AFTER = twins("Each member pays {{ price / members:.0f}} yuan.", "每名会员付 {{ price / members:.0f}} 元。")
WHOLE = (IMPORTS, twins("Givens.", "已知条件。"), GIVENS, ASK, EXERCISE, AFTER)
SENTENCES = """\
each:
  kind: money
  right: {en: "Right.", zh: "正确。"}
  hints: {en: ["First.", "Then."], zh: ["先。", "后。"]}
"""
