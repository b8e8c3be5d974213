"""What a CRM answers when somebody may not, is too late, or has to wait."""


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
