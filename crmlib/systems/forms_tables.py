"""The rows of each form of daily work, from the facts of a CRM; `forms.yml` says what stands in the columns."""

import numpy as np
import pandas as pd

from crmlib.systems.activities import GIFT_LIMIT

SHARES = {"A": 0.80, "B": 0.95}  # of the purchases, cumulated: who is proposed for grade A, for B
VISITS = {"A": 2.0, "B": 1.0, "C": 0.5}  # visits a month
A_DAY = 6  # visits a day
_CELL = 12  # names in a cell: a row of Excel is not higher than a third of a page
_SILENT, _FALLEN = 180, 0.5  # days without a purchase; share of the purchases lost: a problem


def rows_of(facts, word, shown, steps, by=""):
    """Return what stands on each form: ``{form: ({block: table or dict of values}, values of the note)}``.

    `word` gives a word of `forms.yml` in the language of the forms, `shown` is how many rows a list has at most,
    `steps` are those of planning visits, as a table, and `by` is who fills them in: the daily report is that of this
    person, if there were visits. Without customers there are the classes and steps, without numbers.

    >>> from crmlib.systems.forms_facts import Facts
    >>> accounts = pd.DataFrame({"account_id": ["A1"], "name": ["Lin"]})
    >>> found = rows_of(Facts.of({"accounts": accounts}, "2025-03"), str, 20, pd.DataFrame())
    >>> found["addresses"][0]["rows"]["name"].tolist(), found["addresses"][1]
    (['Lin'], {'shown': 1, 'all': 1})
    """
    made = _Rows(facts, word, shown, by)
    return {
        "addresses": made.addresses(),
        "overview": made.overview(),
        "regions": made.regions(),
        "sales": made.sales(),
        "grades": made.grades(),
        "key_customers": made.key_customers(),
        "important_customers": made.important_customers(),
        "problem_customers": made.problem_customers(),
        "relationships": made.relationships(),
        "contact_plan": made.contact_plan(),
        "appointments": made.appointments(),
        "visit_records": made.visit_records(),
        "daily_report": made.daily_report(),
        "hospitality_request": made.hospitality_request(),
        "hospitality_report": made.hospitality_report(),
        "gift_plan": made.gift_plan(),
        "gift_request": made.gift_request(),
        "visit_regions": made.visit_regions(steps),
    }


class _Rows:
    def __init__(self, facts, word, shown, by=""):
        self.facts, self.word, self.shown, self.by = facts, word, shown, by
        customers = facts.customers
        self.everyone = customers.assign(
            account_id=customers.index,
            region=self._known(customers["region"]),
            industry=self._known(customers["industry"]),
            change=_change(customers["month"], customers["last_month"]),
            year_change=_change(customers["month"], customers["year_ago"]),
        )
        self.sold = max(customers["year"].sum(), 1e-12)

    def _class(self, value):
        return self.word("none") if pd.isna(value) else self.word(value)

    def _known(self, names):
        """Names in the language of the forms; what is missing stays missing."""
        return names.map(lambda name: name if pd.isna(name) else self.word(str(name))).astype(object)

    def _note(self, listed, of):
        return {"shown": len(listed), "all": len(of)}

    def best(self, count):
        """Customers with the largest purchases of the last 12 months."""
        return _numbered(self.everyone.head(min(count, self.shown)))

    def addresses(self):
        rows = self.everyone.head(self.shown)
        rows = rows.assign(trade=self._trade(rows)).sort_values(
            ["region", "address"], kind="stable", na_position="last"
        )
        return {"rows": _numbered(rows)}, self._note(rows, self.everyone)

    def _trade(self, customers):
        """The trade; of whom it is not known, the kind."""
        return customers["industry"].where(customers["industry"].notna(), customers["kind"].map(self._class))

    def overview(self):
        customers = self.everyone
        bought = customers["year"] > 0
        fifth = pd.Series("no_sales", customers.index)
        rank = customers.loc[bought, "year"].rank(method="first", pct=True)
        fifth[bought] = np.select([rank > 0.8, rank > 0.2], ["high", "middle"], "low")
        years = _years(customers["since"], self.facts.end)
        tenure = np.select([years.isna(), years < 1, years < 3], ["none", "new", "known"], "old")
        standards = {
            "kind": (customers["kind"], ("household", "business")),
            "status": (customers["status"], ("customer", "lead", "lost")),
            "grade": (customers["grade"], ("A", "B", "C")),
            "spending": (fifth, ("high", "middle", "low", "no_sales")),
            "years": (pd.Series(tenure, customers.index), ("new", "known", "old")),
        }
        firms = customers[customers["kind"] == "business"]
        if firms["industry"].notna().any():
            standards["trade"] = (firms["industry"], sorted(firms["industry"].dropna().unique()))
        parts = [self._by(classes, order, standard) for standard, (classes, order) in standards.items()]
        return {"rows": pd.concat(parts)}, {"all": len(customers)}

    def _by(self, classes, order, standard):
        """Customers and purchases of each class; the name of the standard stands in its first row only."""
        order, classes = [self._class(one) for one in order], classes.map(self._class)
        found = self.everyone.assign(bought=self.everyone["year"] > 0).loc[classes.index].groupby(classes)
        found = found.agg(customers=("year", "size"), buyers=("bought", "sum"), sales=("year", "sum"))
        found = found.reindex([*order, *sorted(set(found.index) - set(order))])
        found = (found.dropna() if len(classes) else found.astype(float)).reset_index(names="class")
        found["standard"] = np.where(found.index == 0, self.word(standard), "")
        return self._shares(found)

    def _shares(self, table):
        return table.assign(
            share=table["customers"] / max(len(self.everyone), 1),
            sales_share=table["sales"] / self.sold if len(self.everyone) else np.nan,
            mean=table["sales"] / table["buyers"].where(table["buyers"] > 0),
        )

    def regions(self):
        by = self.everyone.assign(
            region=self.everyone["region"].fillna(self.word("none")),
            customers=1,
            a_customers=self.everyone["grade"] == "A",
            active=self.everyone["month"] > 0,
        ).groupby("region")
        columns = ["customers", "a_customers", "active", "month", "last_month", "year_ago"]
        table = self._last(by[columns].sum().sort_values("month", ascending=False, kind="stable").reset_index())
        table["share"] = table["customers"] / table["customers"].sum()
        table["sales_share"] = table["month"] / max(table["month"].sum(), 1e-12)
        table["change"] = _change(table["month"], table["last_month"])
        table["year_change"] = _change(table["month"], table["year_ago"])
        table["mean"] = table["month"] / table["active"].where(table["active"] > 0)
        return {"rows": table}, {}

    def _last(self, regions):
        """Regions with that last which is not known."""
        return regions.sort_values("region", key=lambda names: names == self.word("none"), kind="stable")

    def sales(self):
        rows = _numbered(self.everyone[self.everyone["year"] > 0].head(self.shown))
        rows = rows.assign(margin=rows["profit"] / rows["year"])
        return {"rows": rows}, self._note(rows, self.everyone) | {"part": rows["year"].sum() / self.sold}

    def grades(self):
        customers = self.everyone[self.everyone["year"] > 0].assign(share=lambda table: table["year"] / self.sold)
        before = customers["share"].cumsum() - customers["share"]
        proposed = np.select([before < SHARES["A"] - 1e-9, before < SHARES["B"] - 1e-9], ["A", "B"], "C")
        customers = customers.assign(cumulated=before + customers["share"], proposed=proposed)
        summary = self._by(self.everyone["grade"], ["A", "B", "C"], "grade").rename(columns={"class": "grade"})
        rules = {grade: self.word(f"rule_{grade}").format(SHARES.get(grade)) for grade in ("A", "B", "C")}
        summary["rule"] = summary["grade"].map(rules)
        return {"summary": summary, "rows": _numbered(customers.head(self.shown))}, {}

    def key_customers(self):
        why = self._why()
        rows = _numbered(self.everyone[self.everyone.index.isin(list(why))].head(self.shown))
        rows = rows.assign(
            share=rows["year"] / self.sold, margin=rows["profit"] / rows["year"], why=rows.index.map(why)
        )
        return {"rows": rows.assign(change=_change(rows["year"], rows["before"]))}, {}

    def _why(self):
        """The key customers, with the lists in which they stand: purchases, gross profit, growth."""
        customers = self.everyone[self.everyone["year"] > 0]
        large = customers.head(len(customers) // 5)
        large = large[large["before"] >= self.everyone["before"].where(lambda before: before > 0).quantile(0.8)]
        lists = {
            "best_year": (customers["year"], 10),
            "best_profit": (customers["profit"], 5),
            "best_growth": (_change(large["year"], large["before"]), 5),
        }
        reasons = {}
        for name, (values, count) in lists.items():
            first = values[values > 0].sort_values(ascending=False, kind="stable").index[:count]
            for place, account in enumerate(first, start=1):
                reasons.setdefault(account, []).append(self.word(name).format(place))
        return {account: "\n".join(told) for account, told in reasons.items()}

    def important_customers(self):
        graded = self.everyone[self.everyone["grade"] == "A"]
        rows = _numbered((graded if len(graded) else self.everyone).head(min(12, self.shown)))
        deals = self.facts.tables["opportunities"]
        deals = deals[~deals["stage"].isin(["won", "lost"]) & deals["account_id"].isin(rows.index)]
        told = deals.groupby("account_id").apply(self._deals, include_groups=False) if len(deals) else {}
        rows["deals"] = rows.index.map(told) if len(deals) else None
        return {"rows": rows.assign(change=_change(rows["year"], rows["before"]))}, {}

    def _deals(self, deals):
        known = deals["amount"].notna()
        amounts = deals["amount"].where(known, 0).map(lambda amount: f" {amount:,.0f}")
        stages = deals["stage"].map(lambda stage: self.word(f"stage_{stage}"))
        return "\n".join((stages + amounts.where(known, "")).head(3))

    def problem_customers(self):
        customers, complaints = self.everyone, self.facts.open_complaints
        days = (self.facts.end - customers["last_order"]).dt.days
        lost = -_change(customers["year"], customers["before"])
        subject = complaints["subject"].reindex(customers.index).fillna("")
        complains = customers.index.isin(complaints.index)
        fallen, silent = lost >= _FALLEN, (days > _SILENT) & (customers["before"] > 0)
        problems = [
            [self.word("open_complaint").format(text)] * complaint
            + [self.word("fallen").format(f"{share:.0%}")] * fell
            + [self.word("silent").format(f"{day:.0f}")] * quiet
            for text, complaint, share, fell, day, quiet in zip(
                subject, complains.tolist(), lost, fallen.tolist(), days, silent.tolist(), strict=True
            )
        ]
        customers = customers.assign(problem=["\n".join(row) for row in problems], complains=complains)
        customers["due"] = complaints["due"].reindex(customers.index)
        handles = complaints["owner"].reindex(customers.index)  # who has the complaint, else who has the customer
        customers["owner"] = handles.where(handles.notna(), customers["owner"])
        found = customers[customers["problem"] != ""]
        found = found.sort_values(["complains", "before"], ascending=False, kind="stable")
        rows = _numbered(found.head(min(12, self.shown)))
        return {"rows": rows}, self._note(rows, found)

    def relationships(self):
        rows = self.best(15)
        silent = (self.facts.end - rows["last_contact"]).dt.days
        return {"rows": rows.assign(years=_years(rows["since"], self.facts.end), silent=silent)}, {}

    def contact_plan(self):
        planned = self.facts.planned
        rows = _numbered(planned.head(self.shown))
        return {"rows": rows.assign(kind=rows["kind"].map(self._class))}, self._note(rows, planned)

    def appointments(self):
        """Two weeks, from the first day on for which contacts are planned; a name behind each, if there are several."""
        weekdays = [self.word(name) for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]
        if self.facts.month is None:
            return {"rows": pd.DataFrame({"weekday": 2 * weekdays[:5]})}, {"all": 0}
        first = self.facts.planned["at"].min()
        start = self.facts.start if pd.isna(first) else first.normalize()
        end = start + pd.DateOffset(weeks=2)
        days = pd.bdate_range(start, end - pd.Timedelta(days=1))
        planned = self.facts.planned[lambda table: table["at"] < end]
        days = days.union(planned["at"].dt.normalize().unique())
        clock = planned["time"].dt.strftime("%H:%M ").astype(object).fillna("")
        several = planned["user"].nunique() > 1
        whose = planned["user"].map(self.word("whose").format, na_action="ignore").fillna("") if several else ""
        told = clock + planned["name"].fillna(planned["account_id"]).astype(str) + whose
        told = told.groupby([planned["at"].dt.normalize(), planned["at"].dt.hour < 12])
        told = (
            told.agg(lambda names: "\n".join([*names.head(_CELL), *[f"… +{len(names) - _CELL}"][: len(names) > _CELL]]))
            if len(planned)
            else {}
        )
        rows = [(day, weekdays[day.day_of_week], told.get((day, True), ""), told.get((day, False), "")) for day in days]
        told = {"first": f"{start:%Y-%m-%d}", "last": f"{end - pd.Timedelta(days=1):%Y-%m-%d}", "all": len(planned)}
        return {"rows": pd.DataFrame(rows, columns=["at", "weekday", "morning", "afternoon"])}, told

    def _visits(self):
        return self.facts.done[lambda table: (table["kind"] == "visit") & (table["at"] >= self.facts.start)]

    def visit_records(self):
        visits = self._visits()
        rows = _numbered(visits.head(min(15, self.shown)))
        return {"rows": rows}, self._note(rows, visits)

    def daily_report(self):
        """The last day with visits of who fills it in; else the day and person with most, the latest of several."""
        visits = self._visits()
        if visits.empty:
            return {"rows": visits, "head": {"user": self.by} if self.by else {}, "tail": {}}, {}
        whose = pd.Series(list(zip(visits["at"].dt.normalize(), visits["user"].fillna(""), strict=True)), visits.index)
        own = [one for one in whose if self.by and one[1] == self.by]
        day, user = max(own) if own else max(whose.value_counts().items(), key=lambda item: (item[1], item[0]))[0]
        rows = visits[whose == (day, user)].sort_values("at", kind="stable")
        head = {"user": user, "day": day, "planned": int(rows["planned"].sum()), "made": len(rows)}
        return {"rows": _numbered(rows), "head": head, "tail": {}}, {}

    def hospitality_request(self):
        planned = self.facts.planned[lambda table: table["kind"] == "entertainment"]
        return {"values": _first(planned, "user", "name", "grade", "contact", "position", "at", "subject")}, {}

    def hospitality_report(self):
        done = self.facts.done[lambda table: table["kind"] == "entertainment"]
        return {"values": _first(done, "user", "name", "contact", "at", "cost", "subject", "notes")}, {}

    def _given(self):
        """What gifts of the last 12 months cost, by customer."""
        start = self.facts.end - pd.DateOffset(months=12)
        gifts = self.facts.done[lambda table: (table["kind"] == "gift") & (table["at"] >= start)]
        return gifts.groupby("account_id")["cost"].sum()

    def gift_plan(self):
        customers = self.everyone[self.everyone["grade"].isin(["A", "B"])]
        rows = _numbered((customers if len(customers) else self.everyone).head(min(15, self.shown)))
        return {"rows": rows.assign(given=self._given().reindex(rows.index).fillna(0.0))}, {"limit": GIFT_LIMIT}

    def gift_request(self):
        planned = self.facts.planned[lambda table: table["kind"] == "gift"]
        values = _first(planned, "user", "name", "grade", "contact", "position", "at", account_id="account_id")
        values = values | _first(planned, occasion="subject")
        account = values.pop("account_id", None)
        return {"values": values | ({} if account is None else {"given": self._given().get(account, 0.0)})}, {}

    def visit_regions(self, steps):
        firms = self.everyone[(self.everyone["kind"] == "business") & (self.everyone["status"] != "lost")]
        region = firms["region"].fillna(self.word("none"))
        planned = firms["grade"].map(VISITS).fillna(VISITS["C"])
        visits = self._visits()
        table = pd.DataFrame({"region": region, "customers": 1, "planned": planned}).groupby("region").sum()
        made = visits["account_id"].map(self.everyone["region"]).astype(object).fillna(self.word("none")).value_counts()
        table = table.join(made.rename("made"), how="outer").fillna(0).rename_axis("region")
        table = self._last(table.sort_values("planned", ascending=False, kind="stable").reset_index())
        table["days"] = table["planned"] / A_DAY
        return {"steps": _numbered(steps), "regions": _numbered(table)}, VISITS | {"a_day": A_DAY}


def _numbered(table):
    return table.assign(nr=np.arange(1, len(table) + 1))


def _change(now, before):
    return now / before.where(before > 0) - 1


def _years(since, end):
    return (end - since).dt.days / 365.25


def _first(table, *names, **columns):
    """The first row of a table as values, those that are known; nothing of an empty table."""
    columns = dict.fromkeys(names) | columns
    row = {} if table.empty else table.iloc[0]
    values = {name: row[column or name] for name, column in columns.items() if len(row)}
    return {name: value for name, value in values.items() if not pd.isna(value)}
