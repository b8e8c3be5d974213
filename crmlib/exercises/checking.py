"""A check: what a student gives is read, compared with what the key knows, and answered at once; and the hints."""

from numbers import Real

from crmlib.exercises import judges, key, reading, verdict
from crmlib.exercises.feedback import Feedback
from crmlib.exercises.progress import note
from crmlib.language import language, say


def check(exercise_id, *answers):
    """Say whether an answer is right, and if not, why.

    Parameters
    ----------
    exercise_id : str
        As it stands in the notebook, ``"value.milk_break_even"``.
    *answers
        What the exercise asks for: a number, text, a sentence, a set or a table. ``...`` means: not yet answered.

    Returns
    -------
    Feedback

    Raises
    ------
    ValueError
        If there is no such exercise, or it takes another number of answers.

    Examples
    --------
    >>> check("start.stayed", 0.75).status
    'right'
    >>> check("start.stayed", ...).status
    'unanswered'
    """
    if key.recorder:
        return key.recorder(exercise_id, answers)
    exercise = key.find(exercise_id)
    feedback = answered(exercise, answers)
    if trouble := note(exercise_id, feedback):
        print(trouble)
    return feedback


def answered(exercise, answers):
    """Return the feedback on what was given to a check.

    >>> answered(key.find("start.stayed"), [0.25]).misconception
    'churn'
    """
    answers = _unpacked(answers, len(exercise.answers))
    if any(map(is_untouched, answers)):
        which = _untouched(answers, exercise)
        en = f'{which}Not answered yet: put your answer in place of the dots. Stuck? hint("{exercise.id}")'
        zh = f'{which}还没作答：把 ... 换成你的答案。没有头绪？运行 hint("{exercise.id}")'
        return Feedback("unanswered", say(en, zh))
    if len(answers) != len(exercise.answers):
        raise ValueError(reading.wrong_count(exercise.id, answers, len(exercise.answers)))
    return judged(exercise, answers, say(f' For help: hint("{exercise.id}")', f'需要提示就运行 hint("{exercise.id}")'))


def judged(exercise, answers, help_=""):
    """Return the feedback on as many answers as the exercise takes; ``help_`` says where help is to be had.

    >>> judged(key.find("start.stayed"), ["0.75"]).misconception
    'kind'
    """
    given = []
    try:
        if exercise.judge:
            return judges.find(exercise.id).verdict(exercise, *answers)
        for answer, wanted in zip(answers, exercise.answers, strict=True):
            given.append(reading.read(answer, wanted))
    except reading.WrongKind as trouble:
        part = f"{exercise.answers[len(given)].name}{say(': ', '：')}" if len(answers) > 1 else ""
        return Feedback("wrong", f"{part}{trouble}", "kind")
    except Exception as trouble:  # whatever a strange object raises when it is looked at
        en, cause = "The answer cannot be read as what is asked for", type(trouble).__name__
        return Feedback("wrong", say(f"{en} ({cause}).", f"这个答案读不出所要的内容（{cause}）。"), "kind")
    return verdict.compare(exercise, given, help_)


def _unpacked(answers, wanted):
    """The answers one by one, also where they came in one tuple, list or column."""
    (one,) = answers if len(answers) == 1 else ((),)
    row = isinstance(one, (tuple, list)) or (type(one).__name__ in ("ndarray", "Series") and len(one.shape) == 1)
    return tuple(one) if row and 1 < wanted == len(one) else answers


def _untouched(answers, exercise):
    """Name the answers that are still dots, where others are given."""
    named = zip(answers, exercise.answers) if len(answers) == len(exercise.answers) else ()  # noqa: B905
    dots = [wanted.name for answer, wanted in named if is_untouched(answer)]
    return say(", ", "、").join(dots) + say(": ", "：") if 0 < len(dots) < len(answers) else ""


def is_untouched(answer):
    """Return whether an answer is still the dots, perhaps in brackets or quotes.

    >>> is_untouched(...), is_untouched(["…"]), is_untouched(0)
    (True, True, False)
    """
    (part,) = answer if isinstance(answer, (list, set, tuple)) and len(answer) == 1 else (answer,)
    return part is ... or part is None or (isinstance(part, str) and not part.strip(" .…"))


def hint(exercise_id, step=1):
    """Give help in two steps; the third is the solution notebook.

    >>> hint("start.stayed").status
    'hint'
    """
    if key.recorder:
        return Feedback("hint", exercise_id)
    exercise = key.find(exercise_id)
    if not (isinstance(step, Real) and step in (1, 2)):
        raise ValueError(say("There are two steps of help: step=1 and step=2.", "提示只有两步：step=1 和 step=2。"))
    return help_in(
        exercise, int(step), say(f'More help: hint("{exercise_id}", 2)', f'还要提示：hint("{exercise_id}", 2)')
    )


def help_in(exercise, step, more):
    """Return a step of help: after the first, ``more`` says where the second is to be had.

    >>> help_in(key.find("start.stayed"), 1, "Press again.")
    → ... Press again.
    """
    if step == 2:
        en = "Still stuck? The worked solution is in the folder solutions."
        more = say(en, "还是做不出？solutions 文件夹里有解答。")
    told = exercise.hints[language()][step - 1]
    return Feedback("hint", told + (" " if told[-1].isascii() else "") + more)  # code ends where it can be copied
