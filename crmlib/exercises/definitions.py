"""A definition in the reader's own words: which of the examined keywords stand in it."""

import re
import unicodedata

from crmlib.exercises.feedback import Feedback
from crmlib.language import language, say

HAN = "\u4e00-\u9fff"
_END = ",.;\uff0c\u3002\uff1b"  # of a clause, in either language
_DENIED = re.compile(rf"[不非无][^{_END}]{{0,8}}$|\b(?:not|no|nor|never|without)\b[^{_END}]{{0,30}}$")
LEAST = 2  # words (or Chinese characters) that join the keywords of even the shortest sentence
AND = {*"和与及跟或", "and", "or", "plus"}  # by which lists are joined
TOLD = 2  # missing parts that are named at a time


def normalised(text):
    """Return a text as keywords are looked for in it: half-width, no capitals, no quotes, no spaces beside Chinese.

    >>> normalised("ＣＲＭ 是 “Long-term  Relationship”")
    'crm是long term relationship'
    """
    text = re.sub(r"[\"'`´“”‘’「」《》]", "", unicodedata.normalize("NFKC", text).casefold())
    text = re.sub("(?<=[a-z])[-‐‑–_](?=[a-z])", " ", text).replace("-", "−")
    text = " ".join(text.split())
    return re.sub(rf"(?<=[{HAN}]) | (?=[{HAN}])", "", text)


def met(text, groups):
    """Return of each group of keywords whether one of them stands in the text; an English one where a word begins.

    >>> met("The course of it ends.", [["end", "stop"], ["urs"], ["course"]])
    [True, False, True]
    """
    text = normalised(text)
    return [any(re.search(pattern, text) for pattern in _patterns(group)) for group in groups]


def joins(text, groups):
    """Count the words (or Chinese characters) of a text that are no keywords, and more than "and".

    >>> joins("It begins here, and ends there.", [["begin"], ["end", "stop"]])
    3
    """
    rest = normalised(text)
    for pattern in sorted((found for group in groups for found in _patterns(group)), key=len, reverse=True):
        rest = re.sub(pattern, " ", rest)
    return sum(word not in AND for word in re.findall(rf"[{HAN}]|[a-z]+", rest))


def strays(text, words):
    """Return whether a text holds one of the words that lead astray, and does not deny it just before.

    >>> strays("It lives on gifts.", ["gift"]), strays("It does not live on gifts.", ["gift"])
    (True, False)
    """
    text = normalised(text)
    found = (place for pattern in _patterns(words) for place in re.finditer(pattern, text))
    return any(not _DENIED.search(text[: place.start()]) for place in found)


def graded(text, keywords, missing, right):
    """Return the feedback on a definition, by the keywords that stand in it.

    Parameters
    ----------
    text : str
        What the reader wrote.
    keywords : dict
        By language, the groups of keywords; of each group one is enough.
    missing : dict
        By language, a sentence for each group: what is not said where none of it stands in the text.
    right : dict
        By language, the model sentence.

    Returns
    -------
    Feedback
        Its misconception is ``"keywords"`` where some are missing, ``"list"`` where they are not joined to a sentence.

    Examples
    --------
    >>> keywords, missing = {"en": [["begin"], ["end"]]}, {"en": ["When does it begin?", "When does it end?"]}
    >>> graded("It begins with a purchase.", keywords, missing, {"en": "It begins and it ends."})
    ✗ 1 of 2 keywords are there. When does it end?
    """
    groups = _of_its_language(text, keywords)
    found = met(text, groups)
    there, every = sum(found), len(groups)
    if there < every:
        lacking = [what for what, is_met in zip(missing[language()], found, strict=True) if not is_met]
        more = len(lacking) - TOLD
        told = [say(f"{there} of {every} keywords are there.", f"{every} 个关键词里有 {there} 个。"), *lacking[:TOLD]]
        told += [say(f"And {more} more.", f"另外还缺 {more} 个。")] * (more > 0)
        return Feedback("wrong", say(" ", "").join(told), "keywords")
    if joins(text, groups) < LEAST:
        en = f"All {every} keywords are there, but too short, as a list: make a sentence of them."
        return Feedback("wrong", say(en, f"{every} 个关键词都有了，但太短，只是罗列：请连成一句话。"), "list")
    en = f"All {every} keywords are there. Now compare with the model sentence, for a negation is not seen here: "
    zh = f"{every} 个关键词都有了。意思有没有说反，这里看不出来，请和参考答案对照："
    return Feedback("right", say(en, zh) + right[language()])


def _of_its_language(text, keywords):
    """The groups in the language in use, or in the other one where more of them stand in the text."""
    groups = keywords[language()]
    others = keywords.get(say("zh", "en"), [])
    alike = len(groups) == len(others)
    return others if alike and sum(met(text, others)) > sum(met(text, groups)) else groups


def _patterns(group):
    for word in filter(None, map(normalised, group)):
        first, last = (one.isascii() and one.isalnum() for one in (word[0], word[-1]))
        yield (r"(?<![a-z0-9])" if first else "") + re.escape(word) + ("[a-z]*" if last else "")
