"""Small entries of a key: exercises that the tests answer."""


def entry(*answers, roads=()):
    """An exercise with these answers, and wrong roads given as (name, value, …)."""
    names = "abcdef"
    return {
        "answers": [{"name": names[i]} | answer for i, answer in enumerate(answers)],
        "right": {"en": "Yes.", "zh": "对。"},
        "hints": {"en": ["One.", "Two."], "zh": ["一。", "二。"]},
        "roads": [
            {"name": name, "values": list(values), "en": f"Road {name}.", "zh": "错路。"} for name, *values in roads
        ],
    }


KEYWORDS = {
    "en": [["from the first contact", "begins", "starts"], ["end", "termination"], ["course", "path", "process"]],
    "zh": [["从建立业务关系", "建立关系"], ["终止", "结束"], ["全过程", "过程", "轨迹"]],
}
MISSING = {
    "en": ["You do not say when it begins.", "You do not say when it ends.", "You do not say what it is."],
    "zh": ["没有说从什么时候开始。", "没有说到什么时候为止。", "没有说它是什么。"],
}
RIGHT = {
    "en": "The customer lifecycle is the whole course of a relationship, from the first contact to its end.",
    "zh": "客户生命周期是从企业与客户建立关系到终止关系的全过程。",
}
HINTS = {"en": ["One.", "Two."], "zh": ["一。", "二。"]}
IN_WORDS = {
    "answers": [{"name": "sentence", "kind": "sentence"}],
    "right": RIGHT,
    "hints": HINTS,
    "roads": [],
    "keywords": KEYWORDS,
    "missing": MISSING,
}
