"""Questions of a quiz that are computed or answered in words, as the checks know exercises."""

from crmlib.exercises.key import Answer, Exercise, Road

TOLERANCE = 0.001  # relative, that of the exercises


def calculation(question):
    """Return a question for a number as an `Exercise`.

    ``answer`` is the number, ``digits`` the decimals that are enough; ``unit`` and ``why`` stand by language; ``roads``
    are wrong ways, each with its ``value`` and a sentence by language.

    >>> calculation({"answer": 266.67, "digits": 2, "why": {"en": "100 × 0.8 / 0.3"}}).answers[0].value
    266.67
    """
    kind = "money" if question.get("unit", {}).get("en") == "yuan" else "number"
    wanted = Answer("answer", kind, question["answer"], TOLERANCE, question.get("digits"))
    roads = [(f"{at}", road) for at, road in enumerate(question.get("roads", []), 1)]
    roads = tuple(Road(name, (road["value"],), road["en"], road["zh"]) for name, road in roads)
    return Exercise("", (wanted,), question["why"], {}, roads)


def definition(question):
    """Return a question for a sentence as an `Exercise`.

    ``keywords``, ``missing`` and the model sentence ``right`` stand by language, as `definitions.graded` takes them.

    >>> words = {"keywords": {"en": [["cost"]]}, "missing": {"en": ["The cost."]}, "right": {"en": "What it costs us."}}
    >>> definition(words).answers[0].kind
    'sentence'
    """
    words = {part: question[part] for part in ("keywords", "missing")}
    return Exercise("", (Answer("sentence", "sentence"),), question["right"], {}, **words)
