"""What the screen answers: the sentence of what was done, or why it was refused; never a traceback."""

from sqlalchemy.exc import SQLAlchemyError

from crmlib.exercises.feedback import Feedback
from crmlib.language import say
from crmlib.systems import Duplicate, Stale


def tried(work, form=None):
    """Do some work: what it says, or why it was refused."""
    try:
        return Feedback("right", work() or "")
    except Stale as error:
        return Feedback("wrong", _stale(error), "late")
    except Duplicate as error:
        en = f"{error.found} Nothing was written. Ask first; if it is another customer, tick the box and press again."
        zh = f"{error.found}没有写入。请先核实；如果确实不是同一客户，请勾选后再按一次。"
        return Feedback("wrong", say(en, zh))
    except (ValueError, TypeError, PermissionError, TimeoutError) as error:
        return Feedback("wrong", _in_words(str(error), form))
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", error))
        return Feedback("wrong", say(f"The database does not answer: {told}", f"数据库没有响应：{told}"))


def _stale(error):
    """What a screen says to somebody who came too late."""
    who, when = getattr(error, "who", None), getattr(error, "at", None)
    who, when = who or say("somebody", "别人"), f" ({when:%Y-%m-%d %H:%M})" if when else ""
    en = f"{who} has changed this since you read it{when}. Nothing was written. The screen shows it as it is now, and "
    zh = f"您读取之后，{who}已修改这一条{when}。没有写入。屏幕已换成最新内容，"
    return say(
        f"{en}your words are still in the fields: press again to write them.",
        f"{zh}您填写的内容还在：再按一次即可写入。",
    )


def _in_words(sentence, form):
    """A sentence of the library with the names of the fields in place of those of the arguments."""
    for name, text in (form.names() if form is not None else {}).items():
        if sentence.startswith((f"{name} ", f"{name}:", f"{name}：")):
            return text + sentence.removeprefix(name)
    return sentence
