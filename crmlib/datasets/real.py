"""Loaders of what others published: real data, and samples that say that they are simulated or fictional."""

from crmlib.datasets.files import read_csv
from crmlib.language import say


def load_bank_calls():
    """Load how many called a bank in each five minutes of 164 working days of 2003: ``card("bank_calls")``.

    >>> assert load_bank_calls()["calls"].sum() == 5_323_661
    """
    return read_csv("bank_calls.csv.gz", parse_dates=["start"])


def load_cdnow_sample():
    """Load the purchases of the CDNOW sample, 2,357 customers: ``card("cdnow_sample")``.

    >>> assert load_cdnow_sample()["customer_id"].nunique() == 2357
    """
    return read_csv("cdnow_sample.csv", parse_dates=["date"])


def load_cdnow_master():
    """Load the purchases of all 23,570 customers of the CDNOW cohort: ``card("cdnow_master")``.

    >>> assert round(load_cdnow_master()["amount"].sum(), 2) == 2_500_315.63
    """
    return read_csv("cdnow_master.csv.gz", parse_dates=["date"])


def load_completejourney_baskets():
    """Load the baskets of 2,469 households at a grocer's, simulated: ``card("completejourney_baskets")``.

    >>> assert len(load_completejourney_baskets()) == 155848
    """
    return read_csv("completejourney_baskets.csv.gz", flag="simulated", parse_dates=["date"])


def load_completejourney_campaigns():
    """Load whom 27 campaigns sent coupons, and who used them, simulated: ``card("completejourney_campaigns")``.

    >>> assert load_completejourney_campaigns()["redeemed"].sum() == 792
    """
    return read_csv("completejourney_campaigns.csv.gz", flag="simulated", parse_dates=["start", "end"])


def load_crackers():
    """Load the crackers that 136 households bought, one of four brands each time: ``card("crackers")``.

    >>> load_crackers()["brand"].value_counts().to_dict()
    {'nabisco': 1792, 'private': 1035, 'sunshine': 239, 'keebler': 226}
    """
    return read_csv("crackers.csv")


def load_ecsi_mobi():
    """Load the European satisfaction index, asked of 250 customers of mobile phones: ``card("ecsi_mobi")``.

    >>> assert load_ecsi_mobi()["CUSA1"].mean().round(3) == 7.988
    """
    return read_csv("ecsi_mobi.csv")


def load_hillstrom():
    """Load the e-mail test of a mail-order firm, drawn by lot into three arms: ``card("hillstrom")``.

    >>> assert load_hillstrom().groupby("arm")["visit"].mean().round(4).tolist() == [0.1828, 0.1062, 0.1514]
    """
    return read_csv("hillstrom.csv.gz")


def load_sbg_survival():
    """Load the percentage of customers left after each year, two groups with contracts: ``card("sbg_survival")``.

    >>> assert load_sbg_survival()["regular"].head(3).tolist() == [100.0, 63.1, 46.8]
    """
    return read_csv("sbg_survival.csv")


def load_telco_customers():
    """Load the 7,043 customers of IBM's telecom, fictional: ``card("telco_customers")``.

    >>> assert load_telco_customers()["churn"].sum() == 1869
    """
    return read_csv("telco_customers.csv.gz", flag="fictional")


def load_telco_desk(snapshot="before"):
    """Load what the telecom's service desk noted of each customer, invented: ``card("telco_desk")``.

    `snapshot` is "before" (the day of decision) or "after" (a month later, when leaving has left its traces).

    >>> [load_telco_desk(snapshot)["days_since_last_bill"].max().item() for snapshot in ("before", "after")]
    [30, 60]
    """
    if not (isinstance(snapshot, str) and snapshot in ("before", "after")):
        en = f'There is no snapshot {snapshot!r} of the desk. Write "before" (the day of decision) or "after" (a month '
        zh = f'服务台数据没有 {snapshot!r} 这个时点。请写 "before"（决策当日）或 "after"（一个月之后）。'
        raise ValueError(say(en + "later).", zh))
    desk = read_csv("telco_desk.csv.gz", flag="invented")
    return desk[desk["snapshot"] == snapshot].drop(columns="snapshot").reset_index(drop=True)


def load_yellow_pages():
    """Load how satisfied 1,811 firms are with advertising in the Yellow Pages: ``card("yellow_pages")``.

    >>> answers = load_yellow_pages()
    >>> assert (answers.nunique(axis=1) == 1).sum() == 102  # the same number ten times
    """
    return read_csv("yellow_pages.csv")


__all__ = [name for name in dir() if name.startswith("load_")]
