"""Complaints: was the protocol kept, who stays after which answer, and who is called when."""

from heapq import heappop, heappush

import numpy as np
import pandas as pd

from crmlib import checks, intervals
from crmlib.language import say

# Hours after the receipt: an example, every firm sets its own.
PROTOCOL = {"listen": 24, "empathise": 24, "apologise": 24, "solve": 120, "follow_up": 336}


def complaint_protocol(log, standard=None, *, received="received", now=None):
    """Check the handling of complaints step by step: what is missing, out of order or late against the standard?

    Returns a DataFrame by case: hours from the receipt to each step, then the steps (texts, ``""`` for none) that are
    ``missing`` (not done though the time is over), ``open`` (not done, in time), ``out_of_order`` (done before one that
    comes earlier in the standard), ``late`` (done after the time), and ``kept`` (True: nothing missing, out of order or
    late). ``attrs``: ``standard``, ``repeated`` (rows that repeat a step).

    Parameters
    ----------
    log : pandas.DataFrame
        One row a step done: ``case``, ``step``, ``time``. Of a step done twice the first counts.
    standard : dict of float, optional
        The steps in order: hours of the clock after the receipt by which each must be done; ``PROTOCOL`` if not given.
    received : str
        The step that starts the clock.
    now : str, date or datetime, optional
        Up to when the log is complete; its last moment if not given.

    Examples
    --------
    >>> steps = ["received", "listen", "empathise", "apologise", "solve", "follow_up"]
    >>> times = pd.to_datetime("2025-05-06 09:00") + pd.to_timedelta([0, 2, 2, 26, 20, 200], unit="h")
    >>> protocol = complaint_protocol(pd.DataFrame({"case": "K1", "step": steps, "time": times}))
    >>> protocol[["solve", "out_of_order", "late", "kept"]]
          solve out_of_order       late   kept
    case
    K1     20.0        solve  apologise  False
    """
    standard = checks.settings(PROTOCOL if standard is None else standard, "standard")
    checks.amounts(pd.Series(standard), "standard")
    for step in (checks.text(received, "received"), *standard):
        checks.text(step, "standard")
    clean, repeated = _steps(log, standard, received)
    times = clean.pivot(index="case", columns="step", values="time").reindex(columns=[received, *standard])
    times = times.astype(clean["time"].dtype)  # a step that no case has would be a column of floats
    _check_receipt(times, received)
    last = clean["time"].max() if now is None else checks.moment(now, "now", clean["time"].dt.tz)
    hours = times[list(standard)].sub(times[received], axis=0) / pd.Timedelta(hours=1)
    passed = (last - times[received]) / pd.Timedelta(hours=1)
    limit = pd.Series(standard, dtype=float)
    done, due = hours.notna(), pd.DataFrame({step: passed > limit[step] for step in standard})
    latest_before = hours.cummax(axis=1).ffill(axis=1).shift(1, axis=1)
    marks = {"missing": ~done & due, "open": ~done & ~due, "out_of_order": hours < latest_before, "late": hours > limit}
    table = hours.copy()
    for name, marked in marks.items():
        table[name] = [", ".join(marked.columns[row]) for row in marked.to_numpy(dtype=bool)]
    table["kept"] = (table[["missing", "out_of_order", "late"]] == "").all(axis=1)
    table.columns.name = None
    table.attrs = {"standard": standard, "repeated": repeated}
    return table


def _steps(log, standard, received):
    checks.require_columns(checks.frame(log, "log").columns, ["case", "step", "time"])
    if not isinstance(log["time"].dtype, pd.DatetimeTZDtype):
        log = log.assign(time=checks.dates(log["time"], "time", "log", kind=("times", "时间")))
    for name in ("case", "step"):
        checks.one_each(log[name], name)
    gaps = log[["case", "step", "time"]].isna().any(axis=1) | checks.blank(log["case"]) | checks.blank(log["step"])
    en, zh = "Case, step or time is missing: complete these rows", "缺少案件号、步骤或时间：请补全这些行"
    checks.refuse_rows(gaps, log, en, zh)
    en = f"Unknown step; the steps are {received}, {', '.join(standard)}"
    zh = f"步骤名称不对，应为 {received}、{'、'.join(standard)} 之一"
    checks.refuse_rows(~log["step"].isin([received, *standard]), log, en, zh)
    first = log.sort_values("time", kind="stable").drop_duplicates(["case", "step"])
    return first, len(log) - len(first)


def _check_receipt(times, received):
    en = f'Cases without the step "{received}": nobody knows since when they wait'
    zh = f"有的案件没有“{received}”这一步：不知道客户从何时开始等"
    checks.refuse_rows(times[received].isna(), times, en, zh)
    en = "Something was done before the complaint came in: correct the times"
    zh = "有的步骤早于收到抱怨的时间：请更正时间"
    checks.refuse_rows(times.min(axis=1) < times[received], times, en, zh)


class StayModel:
    r"""The chance that a customer stays after a complaint, by how long the answer took and what it was.

    A logistic regression: :math:`\ln (p / (1 - p)) = a + b \cdot \text{days} + c_\text{recovery}`. Answers are compared
    at the same delay: who had to wait longer and was therefore compensated does not speak against compensation. What
    else decided over the answer stays unknown. `confidence` is that of the intervals.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        Index ``intercept``, ``delay_days`` and the kinds of recovery: ``coefficient`` (logit), ``lower``, ``upper``,
        ``p_value``. ``attrs["reference"]``: the recovery they are compared with ("none", or else the first by name).
    rows, set_aside : int
        Complaints used, and those left out because it is not known yet whether the customer stayed.

    Examples
    --------
    >>> from crmlib import datasets
    >>> model = StayModel().fit(datasets.load_qinghe_complaints())
    >>> model.coefficients["coefficient"].round(2).to_dict()
    {'intercept': 1.35, 'delay_days': -0.16, 'apology': 0.56, 'compensation': 1.29}
    >>> model.predict(delay_days=[1, 10], recovery="apology").round(2)
    array([0.85, 0.57])
    """

    def __init__(self, confidence=0.95):
        intervals.z(confidence)
        self.confidence = confidence

    def fit(self, complaints):
        """Fit the model by maximum likelihood and return it.

        `complaints` holds ``delay_days`` (0 or more), ``recovery`` (a text), ``stayed`` (0/1, missing if not known).
        Delay and recovery must not separate who stays from who leaves without fault.
        """
        import warnings

        from statsmodels.discrete.discrete_model import Logit
        from statsmodels.tools.sm_exceptions import ModelWarning, PerfectSeparationError

        checks.require_columns(checks.frame(complaints, "complaints").columns, ["delay_days", "recovery", "stayed"])
        known = complaints[complaints["stayed"].notna()]
        self.rows, self.set_aside = len(known), len(complaints) - len(known)
        stayed = checks.both_kinds(*checks.lists(stayed=known["stayed"]), "stayed")
        recovery = checks.one_each(known["recovery"], "recovery")
        en = 'Some complaints lack the recovery: write "none" if there was none'
        zh = "有的抱怨没有写明补救方式：没有补救请写“none”"
        checks.refuse_rows(recovery.isna() | checks.blank(recovery), recovery, en, zh)
        self._levels = sorted(recovery.unique(), key=lambda level: (level != "none", str(level)))
        design = self._design(checks.column(known, "delay_days", least=0), recovery.to_numpy())
        names = ["intercept", "delay_days", *self._levels[1:]]
        try:
            if np.linalg.matrix_rank(design) < len(names):
                raise np.linalg.LinAlgError
            with warnings.catch_warnings():
                warnings.simplefilter("error", ModelWarning)
                fitted = Logit(stayed, design).fit(disp=False)
        except (ModelWarning, PerfectSeparationError, np.linalg.LinAlgError):
            en = (
                "The chances cannot be estimated: delay or recovery tells without fault who stays, or says nothing new "
            )
            en += "beside the others. Take more complaints or fewer kinds of recovery."
            zh = "估计不出来：拖延天数或补救方式把去留完全分开了，或者与其他变量重复。"
            zh += "请增加抱怨记录，或者合并补救方式。"
            raise ValueError(say(en, zh)) from None
        low, high = fitted.conf_int(alpha=1 - self.confidence).T
        columns = {"coefficient": fitted.params, "lower": low, "upper": high, "p_value": fitted.pvalues}
        self.coefficients = pd.DataFrame(columns, index=pd.Index(names, name="term"))
        self.coefficients.attrs["reference"] = self._levels[0]
        return self

    def predict(self, delay_days, recovery):
        """Return the chance to stay after `delay_days` (0 or more) and one of the recoveries fitted.

        Both may be one value, an array or a Series; so is the result.
        """
        from scipy.special import expit

        checks.refuse_unfitted(self, "coefficients")
        for name, given in (("delay_days", delay_days), ("recovery", recovery)):
            if given is None:
                raise TypeError(
                    say(f"{name} is None: one value is needed, or a list.", f"{name} 是 None：应为一个值或列表。")
                )
        single = not checks.dimensions(delay_days) and not checks.dimensions(recovery)
        days = [delay_days] if single else delay_days
        days, kinds = checks.lists(("delay_days", "recovery"), delay_days=days, recovery=recovery)
        en = f"No recovery that was fitted: {', '.join(self._levels)}"
        zh = f"拟合时没有这种补救方式（只有 {'、'.join(self._levels)}）"
        known = kinds.map(lambda kind: isinstance(kind, str) and kind in self._levels).astype(bool)
        checks.refuse_rows(~known, kinds.to_frame("recovery"), en, zh)
        design = self._design(checks.amounts(days, "delay_days"), kinds.to_numpy())
        chance = expit(design @ self.coefficients["coefficient"].to_numpy())
        if isinstance(delay_days, pd.Series) or isinstance(recovery, pd.Series):
            return pd.Series(chance, index=days.index, name="stayed")
        return float(chance[0]) if single else chance

    def _design(self, days, recovery):
        return np.column_stack([np.ones(len(days)), days, *(recovery == level for level in self._levels[1:])])


def follow_up_plan(due, *, per_day, worth, holidays=()):
    """Spread calls over working days, when only so many can be made: those due with the most worth come first.

    Returns a DataFrame by case, in the order of the calls: ``due`` (a working day), ``worth``, ``day`` (of the call),
    ``days_late`` (working days). ``attrs``: ``late`` (calls later than due), ``per_day``.

    Parameters
    ----------
    due, worth : Series, array or list
        By case, the day from which on the call should be made (on a day off it moves to the next working day), and what
        decides which goes first, as the money at stake. Of equal ones the earlier due goes first.
    per_day : int
        Calls that can be made on a working day.
    holidays : list of dates
        Days off besides Saturdays and Sundays (none of which is taken for a working day).

    Examples
    --------
    >>> due = pd.Series(pd.to_datetime(["2025-05-09", "2025-05-09", "2025-05-10"]), index=["K1", "K2", "K3"])
    >>> follow_up_plan(due, per_day=1, worth=[100, 300, 200])
               due  worth        day  days_late
    case
    K2  2025-05-09  300.0 2025-05-09          0
    K3  2025-05-12  200.0 2025-05-12          0
    K1  2025-05-09  100.0 2025-05-13          2
    """
    per_day = checks.whole(per_day, "per_day", least=1)
    due, worth = checks.lists(due=due, worth=worth)
    due = checks.dates(due, "due")
    checks.refuse_rows(due.isna(), due.to_frame("due"), "Some cases have no day", "有的案件没有日期")
    index, worth = due.index, checks.floats(worth, "worth")
    if isinstance(holidays, str) or not (isinstance(holidays, (set, frozenset)) or checks.dimensions(holidays) == 1):
        en = f"holidays = {checks.quoted(holidays)}: a list of dates is needed."
        raise TypeError(say(en, f"holidays = {checks.quoted(holidays)} 不对：应为日期列表。"))
    free = [checks.day(day, "holidays").date() for day in holidays]
    workdays = np.busdaycalendar(holidays=free)
    due = np.busday_offset(due.to_numpy().astype("datetime64[D]"), 0, roll="forward", busdaycal=workdays)
    day = _call_days(due, worth, per_day, workdays)
    late = np.busday_count(due, day, busdaycal=workdays)
    dates = {"due": due.astype("datetime64[s]"), "worth": worth, "day": day.astype("datetime64[s]")}
    table = pd.DataFrame(dates | {"days_late": late}, index=index)
    table = table.sort_values(["day", "worth", "due"], ascending=[True, False, True], kind="stable")
    table.attrs = {"late": int((table["days_late"] > 0).sum()), "per_day": per_day}
    return table if index.nlevels > 1 else table.rename_axis(index.name or "case")


def _call_days(due, worth, per_day, workdays):
    """Give each call its day: every working day the best of those due by then and still waiting."""
    order = np.argsort(due, kind="stable")
    days, waiting, position = due.copy(), [], 0
    today = due[order[0]]
    while waiting or position < len(order):
        if not waiting:
            today = max(today, due[order[position]])
        while position < len(order) and due[order[position]] <= today:
            heappush(waiting, (-worth[order[position]], position))
            position += 1
        for _ in range(min(per_day, len(waiting))):
            days[order[heappop(waiting)[1]]] = today
        today = np.busday_offset(today, 1, busdaycal=workdays)
    return days
