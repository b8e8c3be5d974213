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
# The same with two wrong roads, one of which loses money.
ROADS = code(
    "_half = price / 2\nupside_down = members / price\nhalf = _half / members\nhalf__loss = price - _half", "roads"
)
WALKED = (*WHOLE[:5], ROADS, WHOLE[5])
WALKED_SENTENCES = """\
each:
  kind: money
  right: {en: "Right: {{ price / members:.0f}} yuan.", zh: "正确：{{ price / members:.0f}} 元。"}
  hints: {en: ["First.", "Then."], zh: ["先。", "后。"]}
  roads:
    upside_down: {en: "Turn it round.", zh: "倒过来。"}
    half: {en: "Half is lost: {loss:,.0f} of {{ price:,.0f}}.", zh: "少了一半：{loss:,.0f}，一共 {{ price:,.0f}}。"}
"""
