"""The questions of a chapter's quiz, as the build published them."""

from functools import cache

from crmlib.exercises import key
from crmlib.language import say


@cache
def questions(chapter):
    """Read the questions of a chapter, ``"04_value"``: dicts with the ``question`` by language and a ``kind``.

    A choice (where no kind is named) has ``options``: dicts with a text by language, ``why`` by language, and ``right``
    on one of them. What the other kinds hold stands in their files.
    """
    found = key.published(chapter if chapter == "08_desk" else f"{chapter[:2]}_questions")
    if found is not None:
        return found
    raise ValueError(say(f"chapter = {chapter!r}: it has no quiz.", f"chapter = {chapter!r}：没有小测验。"))
