"""Tables of Qinghe that chapter 08 alone needs; they go back into its text, and this file goes."""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import churn, datasets
from crmlib.worlds.qinghe.churn import complaints, stay_model, worth_of_staying
from crmlib.worlds.qinghe.people import agreed, person
from crmlib.worlds.qinghe.sales import baskets, margin_after, margins, may_call, retail
from crmlib.worlds.qinghe.segments import FIRST_YEAR_ENDS, account


@cache
def after_silence(days=90):
    """Return the gross margin (yuan) of the 365 days that follow a return after a silence of more than so many days.

    The mean over all returns of 2024, by people who agreed to messages (chapter 08, section 1).

    >>> round(after_silence(90))
    434
    """
    daily = may_call().groupby(["person", "day"])["margin"].sum().reset_index()
    silent = daily.groupby("person")["day"].diff().dt.days
    returns = daily.loc[(silent > days) & (daily["day"] <= FIRST_YEAR_ENDS), ["person", "day"]]
    pairs = returns.merge(daily, on="person", suffixes=("_back", ""))
    year = pairs[pairs["day"].between(pairs["day_back"], pairs["day_back"] + pd.Timedelta(days=364))]
    return float(year.groupby(["person", "day_back"])["margin"].sum().mean())


@cache
def alarms_of(days=30, within=180, longest=180):
    """Return by person how many alarms rang after so many days of silence, and after how many the person came back.

    The same alarms as those of `churn.silence` with these lengths (chapter 08, section 1): a person can ring several,
    so that lots must be drawn, and errors counted, by person.

    >>> alarms_of(30).sum().to_dict()
    {'alarms': 8524, 'came_back': 7146}
    """
    daily = may_call()[["person", "day"]].drop_duplicates().sort_values(["person", "day"])
    silent = (daily.groupby("person")["day"].shift(-1) - daily["day"]).dt.days.fillna(float("inf"))
    rang = (silent > days) & (daily["day"] <= daily["day"].max() - pd.Timedelta(days=longest + within))
    back = (silent[rang] <= days + within).groupby(daily.loc[rang, "person"])
    return back.agg(alarms="size", came_back="sum")


@cache
def answers_in_yuan():
    """Return what a day sooner, an apology and compensation beside it are worth in yuan, with 95% intervals.

    An interval moves one coefficient of `stay_model` within its own; what a stay is worth, and that the model is
    right, is taken for granted.

    >>> answers_in_yuan().loc["day"].round().to_dict()
    {'worth': 17.0, 'lower': 12.0, 'upper': 22.0}
    """
    found, told = stay_model().coefficients, complaints()
    # The interval of compensation beside an apology, not beside nothing, comes from a model of these two alone.
    beside = churn.StayModel().fit(told[told["recovery"] != "none"]).coefficients.loc["compensation"]
    more = found.loc["compensation", "coefficient"] - found.loc["apology", "coefficient"]
    compensation = more + beside[["coefficient", "lower", "upper"]] - beside["coefficient"]
    chance = stay_model().predict(told["delay_days"], told["recovery"])
    odds = chance / (1 - chance)

    def worth(coefficient, days, whom):
        moved = odds[whom] * np.exp(coefficient * days[whom])
        return float((moved / (1 + moved) - chance[whom]).mean() * worth_of_staying())

    one, sooner = pd.Series(1, index=told.index), -told["delay_days"].clip(upper=1)
    everybody, ends = told["recovery"].notna(), ["coefficient", "lower", "upper"]
    return pd.DataFrame(
        {
            "day": [
                worth(found.loc["delay_days", end], sooner, everybody) for end in ("coefficient", "upper", "lower")
            ],
            "apology": [worth(found.loc["apology", end], one, told["recovery"] == "none") for end in ends],
            "compensation": [worth(compensation[end], one, told["recovery"] == "apology") for end in ends],
        },
        index=["worth", "lower", "upper"],
    ).T


@cache
def lost():
    """Return who has been silent for more than 180 days at the end of 2025: why they may have gone, consent, last year.

    Chapter 08, section 8; the same people whom section 1 counts as lost.

    >>> sorted(lost()["kind"].unique())
    ['bargain', 'complained', 'others', 'tried_once', 'unprofitable']
    """
    sold = margins()
    last = sold.groupby("person")["date"].max()
    gone = last.index[(pd.Timestamp("2025-12-31") - last).dt.days > 180]
    last_year = sold[(sold["person"].map(last) - sold["date"]).dt.days < 365]
    theirs = sold[["person", "order_id"]].join(baskets(), on="order_id").groupby("person")[["paid", "cheap"]].sum()
    theirs = theirs.reindex(gone)
    told = complaints()[["person", "date"]]
    upset = told.loc[told["date"] >= told["person"].map(last), "person"]
    losing = [
        who
        for year in (2024, 2025)
        for who in account(year).query("profit < 0").index
        if who in last.index and last[who].year == year
    ]
    table = pd.DataFrame(
        {
            "orders": sold.groupby("person").size().reindex(gone),
            "agreed": agreed()[gone],
            "margin": last_year.groupby("person")["margin"].sum().reindex(gone),
        }
    )
    kind = pd.Series("others", index=gone).mask(table["orders"] == 1, "tried_once")
    kind = kind.mask((table["orders"] > 1) & (theirs["cheap"] >= 0.6 * theirs["paid"]), "bargain")
    kind = kind.mask(gone.isin(losing), "unprofitable").mask(gone.isin(upset), "complained")
    return table.assign(kind=kind)


@cache
def win_backs(within=60):
    """Return the routine attempts to win customers back and, to compare with, members whom nobody tried.

    Qinghe tried members whose stage was "terminated" and who had agreed to messages. The others are all those who had
    agreed, were of the same stage in a month and were not tried in it; their days count from the middle of the month.
    Only an invented world knows its stages: no firm has such a file.

    Returns
    -------
    pandas.DataFrame
        One row an attempt, or a member and a month without one: ``person``, ``date``, ``tried``, ``came_back`` (1: an
        order within so many days), ``silent_days`` (since the last order; missing if there is none in the file); of
        attempts also ``cost`` and ``answered``.

    >>> win_backs().groupby("tried").size().to_dict()
    {0: 24207, 1: 799}
    """
    contacts = datasets.load_qinghe_contacts().query("purpose == 'winback' and date < '2025-11-01'")
    tried = contacts.assign(person=contacts["customer_id"].map(person()), tried=1)
    stages = datasets.load_qinghe_truth_customers().set_index("customer_id")["stages"].groupby(person()).first()
    stages = stages[agreed()[stages.index]]
    months = pd.date_range("2024-01-15", "2025-10-15", freq=pd.DateOffset(months=1))
    ended = pd.DataFrame([list(path[: len(months)]) for path in stages], index=stages.index, columns=months).eq("T")
    others = ended.stack().rename_axis(["person", "date"]).rename("ended").reset_index().query("ended")
    key = ["person", "month"]
    tried, others = (table.assign(month=table["date"].dt.to_period("M")) for table in (tried, others))
    others = others[~pd.MultiIndex.from_frame(others[key]).isin(pd.MultiIndex.from_frame(tried[key]))]
    table = pd.concat([tried, others.assign(tried=0)], ignore_index=True)
    days = (
        table[["person", "date"]]
        .reset_index(names="row")
        .merge(margins()[["person", "date"]], on="person", suffixes=("", "_order"))
    )
    days["days"] = (days["date_order"].dt.normalize() - days["date"]).dt.days
    table["came_back"] = table.index.isin(days.loc[days["days"].between(1, within), "row"]).astype(int)
    table["silent_days"] = -days[days["days"] <= 0].groupby("row")["days"].max()
    return table[["person", "date", "tried", "came_back", "silent_days", "cost", "answered"]]


@cache
def drawn(campaign):
    """Return by person a campaign's lots and outcomes, margin of the 30 days, whether they bought within 122.

    >>> int(drawn("autumn_gift")["treated"].sum())
    1500
    """
    table = datasets.load_qinghe_campaigns().query("campaign == @campaign")
    table = table.assign(person=table["customer_id"].map(person())).set_index("person")
    eve = table["date"].iloc[0] - pd.Timedelta(days=1)
    return table.assign(
        margin=margin_after(eve, 30).reindex(table.index, fill_value=0),
        still=table.index.isin(margin_after(eve, 122).index).astype(int),
    )


@cache
def taste():
    """Return by person the margin rate of the year before the spring coupon: low (specials), middle, high (quality).

    >>> sorted(taste().dropna().unique())
    ['mixed', 'quality_conscious', 'specials']
    """
    past = margins()[margins()["date"].between("2024-03-01", "2025-02-28")]
    year = past.groupby("person")[["margin", "amount"]].sum()
    rate = year["margin"] / year["amount"]
    bands = pd.cut(rate, [-1, 0.15, 0.30, 1], labels=["specials", "mixed", "quality_conscious"])
    return bands.astype(str).rename("taste")


@cache
def months():
    """Return, by month: complaints, those about quality, orders of members, mean days until the answer (section 7).

    >>> int(months()["complaints"].sum())
    1650
    """
    told = complaints().assign(month=complaints()["date"].dt.strftime("%Y-%m"))
    sold = retail().dropna(subset="customer_id")["date"].dt.strftime("%Y-%m")
    return pd.DataFrame(
        {
            "complaints": told.groupby("month").size(),
            "quality": told[told["type"] == "quality"].groupby("month").size(),
            "orders": sold.value_counts().sort_index(),
            "delay_days": told.groupby("month")["delay_days"].mean(),
        }
    ).rename_axis("month")


@cache
def after_complaint():
    """Return by kind of answer who stayed, and how many similar customers without a complaint did (section 7).

    Similar: as many orders in the 180 days before, and an order in the same twelve months (July 2024 to June 2025).

    >>> list(after_complaint())
    ['complaints', 'satisfied_after', 'stayed', 'similar_without']
    """
    sold = retail().dropna(subset="customer_id").sort_values(["customer_id", "date"])
    who = sold["customer_id"].astype("category").cat
    key = (who.codes.astype("int64") * 10_000 + (sold["date"] - pd.Timestamp("2023-01-01")).dt.days).to_numpy()

    def around(customer_id, date):
        day = (date - pd.Timestamp("2023-01-01")).dt.days.to_numpy()
        at = pd.Categorical(customer_id, who.categories).codes.astype("int64") * 10_000 + day
        past = key.searchsorted(at) - key.searchsorted(at - 180)
        came = key.searchsorted(at + 180, "right") > key.searchsorted(at, "right")
        return pd.cut(past, [-1, 0, 1, 3, 6, 12, 999]), came

    def in_year(table):
        return table[table["date"].between("2024-07-01", "2025-06-30")]

    told, quiet = in_year(complaints()), in_year(sold)
    quiet = quiet[~quiet["customer_id"].isin(complaints()["customer_id"])]
    often, again = around(quiet["customer_id"], quiet["date"])
    usual = pd.Series(again).groupby(often, observed=True).mean()
    similar = pd.Series(around(told["customer_id"], told["date"])[0]).map(usual).astype(float).to_numpy()
    return (
        told.assign(similar_without=similar)
        .groupby("recovery")
        .agg(
            complaints=("stayed", "size"),
            satisfied_after=("satisfied_after", "mean"),
            stayed=("stayed", "mean"),
            similar_without=("similar_without", "mean"),
        )
    )
