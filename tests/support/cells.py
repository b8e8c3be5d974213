"""Cells and a glossary for the small courses that the tests of the build spoil."""

GLOSSARY = "en,zh,exam\nRetention rate,留存率,04\n"
TERMS = '+++ {"tags": ["en"]}\n\nKey term: retention rate 留存率.\n\n+++ {"tags": ["zh"]}\n\n关键术语：留存率。\n'


def twins(english, chinese):
    """Two markdown cells, as they stand in a source."""
    return f'+++ {{"tags": ["en"]}}\n\n{english}\n\n+++ {{"tags": ["zh"]}}\n\n{chinese}\n'


def code(text, tags=""):
    options = f":tags: [{tags}]\n\n" if tags else ""
    return f"```{{code-cell}} ipython3\n{options}{text}\n```\n"
