"""What a CRM answers when somebody may not, is too late or has to wait; its database's answers as sentences."""

from sqlalchemy.exc import IntegrityError, OperationalError

from crmlib.language import say
from crmlib.systems.connecting import WAIT


class Refused(PermissionError):
    """A role may not read or write this; the sentence says who may."""


class Stale(ValueError):
    """Somebody has changed the record since it was read; nothing was written.

    Attributes
    ----------
    yours : dict
        What was to be written, so that no word is lost.
    who, at : str, datetime.datetime or None
        Who has changed it, and when, where the trail knows.
    """

    def __new__(cls, *told):
        error = super().__new__(cls, *told)
        error.yours, error.who, error.at = {}, None, None
        return error


class Duplicate(ValueError):
    """The customer is there already; nothing was written.

    Attributes
    ----------
    found : str
        The sentence that says who it is, and who looks after it.
    account_id : str
    """

    def __new__(cls, *told):
        error = super().__new__(cls, *told)
        error.found, error.account_id = "", None
        return error


class Busy(TimeoutError):
    """Others have been writing all the time; nothing was written, and the same call may be made again."""


def told(error):
    """Return the error of a database as one with a sentence.

    >>> from sqlite3 import OperationalError as Locked
    >>> told(OperationalError("INSERT", {}, Locked("database is locked")))
    Busy('Others have been writing for 10 seconds. Nothing of yours was written: try again.')
    """
    if _waited(error):
        return _busy()
    shown = _shown(error)
    if isinstance(error, IntegrityError):
        en = f"The database refuses this, and nothing was written: {shown}. Correct the value that it names."
        return ValueError(say(en, f"数据库拒绝了这次写入，没有写入任何内容：{shown}。请更正其中提到的值。"))
    en = f"The database cannot do this, and nothing was written: {shown}."
    return ValueError(say(en, f"数据库无法完成，没有写入任何内容：{shown}。"))


def cannot_open(error):
    """Return the error of a database that does not open as one with a sentence.

    >>> from sqlite3 import DatabaseError as Strange
    >>> cannot_open(OperationalError("PRAGMA", {}, Strange("file is not a database")))
    ValueError('url_or_path: this cannot be opened as a CRM (file is not a database). Name a file made by open_crm, ...
    """
    if _waited(error):
        return _busy()
    en = f"url_or_path: this cannot be opened as a CRM ({_shown(error)}). Name a file made by open_crm, or a new one; "
    zh = f"url_or_path：无法作为 CRM 打开（{_shown(error)}）。请换成 open_crm 建立的文件，或者新文件；"
    en += "of a server, check that it runs and lets you in."
    return ValueError(say(en, f"{zh}如果是服务器，请检查它是否在运行、账号能否登录。"))


# Of PostgreSQL: not to be serialized, a deadlock, a lock that did not come.
_LATER = ("40001", "40P01", "55P03")


def _waited(error):
    locked = isinstance(error, OperationalError) and "locked" in str(error.orig)
    return locked or getattr(error.orig, "sqlstate", None) in _LATER


def _shown(error):
    return (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]


def _busy():
    en = f"Others have been writing for {WAIT} seconds. Nothing of yours was written: try again."
    return Busy(say(en, f"别人一直在写入，已等了 {WAIT} 秒。您的内容没有写入：请再试一次。"))
