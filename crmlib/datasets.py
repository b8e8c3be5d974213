"""The course's data, from files that travel with the library: nothing is downloaded.

Every file has a card (source, licence, units, known faults): ``card("cdnow_sample")``.
"""

import json
from importlib.resources import files
from pathlib import Path

import pandas as pd

from crmlib.language import say


def _folder():
    # An installed wheel carries the data inside the package; in the source tree they lie beside it.
    installed = files("crmlib") / "datasets_files"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "datasets"


def _file(name):
    file = _folder() / name
    if not file.is_file():
        raise FileNotFoundError(
            say(
                f"The data file {name} is not in {_folder()}. "
                f"The course brings its data along: get the whole course again, then run python start.py.",
                f"在 {_folder()} 中找不到数据文件 {name}。课程自带全部数据：请重新下载整个课程，再运行 python start.py。",
            )
        )
    return file


def _read_csv(name, **options):
    compression = "gzip" if name.endswith(".gz") else None
    with _file(name).open("rb") as file:
        return pd.read_csv(file, compression=compression, encoding="utf-8", **options)


def load_cdnow_sample():
    """Load the purchases of the CDNOW sample: the data of the buy-till-you-die papers.

    CDNOW sold music over the internet. The sample is one in ten of those who first bought in the first quarter of 1997,
    with all their purchases to the end of June 1998: 2,357 customers, 6,919 rows. The papers calibrate on purchases to
    1997-09-30 and count purchases of a customer on one day once. Faults of the source are kept: see the card.

    Returns
    -------
    pandas.DataFrame
        One row a purchase: ``customer_id`` (1–2357), ``date`` (a day), ``cds`` (CDs bought), ``amount`` (US dollars),
        ``master_id`` (the customer's id in `load_cdnow_master`).

    References
    ----------
    Fader and Hardie (2001), Forecasting Repeat Sales at CDNOW: A Case Study, Interfaces 31.

    Examples
    --------
    >>> purchases = load_cdnow_sample()
    >>> len(purchases), purchases["customer_id"].nunique()
    (6919, 2357)
    """
    return _read_csv("cdnow_sample.csv", parse_dates=["date"])


def load_cdnow_master():
    """Load the purchases of all 23,570 customers of the CDNOW cohort.

    Whoever first bought in the first quarter of 1997, with all purchases to the end of June 1998: 69,659 rows.
    Faults of the source are kept (255 rows repeat another exactly, 80 have no amount): see the card.

    Returns
    -------
    pandas.DataFrame
        One row a purchase: ``customer_id`` (1–23570), ``date`` (a day), ``cds`` (CDs bought), ``amount`` (US dollars).

    References
    ----------
    Fader and Hardie (2001), Forecasting Repeat Sales at CDNOW: A Case Study, Interfaces 31.

    Examples
    --------
    >>> purchases = load_cdnow_master()
    >>> len(purchases), purchases["customer_id"].nunique()
    (69659, 23570)
    >>> print(f"{purchases['amount'].sum():,.2f}")
    2,500,315.63
    """
    return _read_csv("cdnow_master.csv.gz", parse_dates=["date"])


def load_completejourney_baskets():
    """Load the baskets of 2,469 households at a grocer's in 2017: Complete Journey. Simulated, for teaching.

    The package that carries the data calls them simulated, made for teaching after real shopping: say so on every
    chart. They are one year cut out of two, so most households were customers before: no cohort of January is one of
    new customers. Dates follow universal time (UTC), not the clock of the shop: evening purchases stand under the next
    day, and 86 of New Year's Eve under 2018 (see the card). Faults of the source are kept.

    Returns
    -------
    pandas.DataFrame
        One row a basket: ``customer_id`` (the household, 1–2500), ``date`` (a day), ``amount`` (US dollars that the
        grocer received), ``items`` (lines on the receipt), ``retail_discount`` and ``coupon_discount`` (US dollars
        taken off by the grocer's card and by coupons). ``attrs["simulated"]`` is True.

    References
    ----------
    84.51° (2015), The Complete Journey.

    Examples
    --------
    >>> baskets = load_completejourney_baskets()
    >>> len(baskets), baskets["customer_id"].nunique(), (baskets["date"] >= "2018-01-01").sum()
    (155848, 2469, np.int64(86))
    """
    baskets = _read_csv("completejourney_baskets.csv.gz", parse_dates=["date"])
    baskets.attrs["simulated"] = True
    return baskets


def load_telco_customers():
    """Load the 7,043 customers of a telecom, fictional: IBM's sample data, the best-known table of churn.

    No customer of a real firm stands in it: say so on every chart. It is a cross-section: one row a customer, months
    with the firm so far, and whether the customer left; when the contracts began is unknown. IBM describes ``churn`` as
    left within the last month; the course reads the table as if everybody had been followed since the first month (see
    the card). Faults of the source are kept.

    Returns
    -------
    pandas.DataFrame
        One row a customer: ``customer_id`` (``"T0001"`` …, given by the course), ``female``, ``senior_citizen``,
        ``partner``, ``dependents`` (0/1), ``tenure`` (months, 0–72), ``phone_service`` (0/1), ``multiple_lines``,
        ``internet_service`` (DSL, Fiber optic, No), ``online_security``, ``online_backup``, ``device_protection``,
        ``tech_support``, ``streaming_tv``, ``streaming_movies`` (Yes, No, No internet service), ``contract``
        (Month-to-month, One year, Two year), ``paperless_billing`` (0/1), ``payment_method``, ``monthly_charges`` and
        ``total_charges`` (the course reads yuan; missing for the 11 customers of tenure 0), ``churn`` (1: left) and
        ``third`` (1–3, drawn by the course). ``attrs["fictional"]`` is True.

    References
    ----------
    IBM Watson Analytics, sample data of 2018: Telco Customer Churn.

    Examples
    --------
    >>> customers = load_telco_customers()
    >>> len(customers), customers["churn"].sum(), customers["total_charges"].isna().sum()
    (7043, np.int64(1869), np.int64(11))
    """
    customers = _read_csv("telco_customers.csv.gz")
    customers.attrs["fictional"] = True
    return customers


def load_telco_desk(snapshot="before"):
    """Load what the service desk of the fictional telecom noted of each customer. Invented by the course.

    On the day of decision, ``"before"`` anybody left, nothing in it tells much about who will leave. In the extract of
    a month later, ``"after"``, two columns give the leavers away: the leaving itself has written them. A model trained
    on that extract looks excellent, and is of no use on the day when it is needed.

    Parameters
    ----------
    snapshot : {"before", "after"}
        The day of decision, or a month later.

    Returns
    -------
    pandas.DataFrame
        One row for each customer of `load_telco_customers`: ``customer_id``, ``support_calls`` (in the half year up to
        the snapshot), ``save_desk_calls`` (calls with the desk that talks to those who give notice) and
        ``days_since_last_bill``. ``attrs["invented"]`` is True.

    Raises
    ------
    ValueError
        If there is no such snapshot.

    Examples
    --------
    >>> before, after = load_telco_desk("before"), load_telco_desk("after")
    >>> before["days_since_last_bill"].max(), after["days_since_last_bill"].max()
    (np.int64(30), np.int64(60))
    """
    if snapshot not in ("before", "after"):
        raise ValueError(
            say(
                f"There is no snapshot {snapshot!r} of the desk. "
                f'Write "before" (the day of decision) or "after" (a month later).',
                f'服务台数据没有 {snapshot!r} 这个时点。请写 "before"（决策当日）或 "after"（一个月之后）。',
            )
        )
    desk = _read_csv("telco_desk.csv.gz")
    desk = desk[desk["snapshot"] == snapshot].drop(columns="snapshot").reset_index(drop=True)
    desk.attrs["invented"] = True
    return desk


def load_hillstrom():
    """Load the e-mail test of a mail-order firm in 2008: 64,000 customers, drawn by lot into three arms.

    All of them had bought within the last twelve months. One third each got an e-mail about men's goods, one about
    women's goods, or none; the last three columns tell what they did within two weeks. Faults of the source are kept.

    Returns
    -------
    pandas.DataFrame
        One row a customer: ``customer_id`` (1–64000, given by the course), ``months_since_last`` (1–12, since the last
        purchase), ``history`` (US dollars spent in the past year), ``mens``, ``womens`` (1: bought such goods in the
        past year), ``zip_code`` (Surburban, as the source spells it, Urban, Rural), ``newbie`` (1: new in the past
        year), ``channel`` (Phone, Web, Multichannel), ``arm`` (mens, womens, none), ``visit`` (1: visited the website),
        ``conversion`` (1: bought), ``spend`` (US dollars).

    References
    ----------
    Hillstrom (2008), The MineThatData E-Mail Analytics and Data Mining Challenge.

    Examples
    --------
    >>> load_hillstrom().groupby("arm")["visit"].mean().round(4).to_dict()
    {'mens': 0.1828, 'none': 0.1062, 'womens': 0.1514}
    """
    return _read_csv("hillstrom.csv.gz")


def load_sbg_survival():
    """Load the percentage of customers left after each year in two groups with contracts.

    The data of the shifted-beta-geometric paper, which estimates on years 1–7 and forecasts years 8–12.

    Returns
    -------
    pandas.DataFrame
        ``year`` (0–12 since sign-up), ``high_end`` and ``regular`` (percent of each group left; year 0 is 100).

    References
    ----------
    Fader and Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21, Table 1.

    Examples
    --------
    >>> load_sbg_survival().head(3)
       year  high_end  regular
    0     0     100.0    100.0
    1     1      86.9     63.1
    2     2      74.3     46.8
    """
    return _read_csv("sbg_survival.csv")


def _read_qinghe(name, **options):
    table = _read_csv(f"qinghe_{name}", **options)
    table.attrs["invented"] = True
    return table


def load_qinghe_customers():
    """Load the customer file of Qinghe 青禾优选, the invented membership retailer that runs through the course.

    The file has the faults of real ones: some persons stand in it two to five times, misspelt; fields are missing. It
    was cleared on 2024-01-01 of those who had terminated by then.

    Returns
    -------
    pandas.DataFrame
        One row a record: ``customer_id`` (``"Q00001"``; business customers ``"B01"``–``"B12"``), ``kind`` (household,
        business), ``name``, ``pinyin`` (of a business: the English name), ``gender``, ``birthday`` (text, as typed),
        ``phone``, ``phone_2``, ``email``, ``address``, ``market``, ``joined`` (a day), ``channel``, ``consent`` (1: agreed
        to marketing messages), ``manager`` (who is in charge, if anybody). ``attrs["invented"]`` is True, as in all tables
        of Qinghe.

    Examples
    --------
    >>> customers = load_qinghe_customers()
    >>> customers["kind"].value_counts()["business"]
    np.int64(12)
    """
    return _read_qinghe("customers.csv.gz", dtype={"phone": "str", "phone_2": "str"}, parse_dates=["joined"])


def load_qinghe_products():
    """Load the 120 products of the invented retailer Qinghe.

    Returns
    -------
    pandas.DataFrame
        ``product_id``, ``category`` (one of eight), ``name_en``, ``name_zh``, ``price`` and ``cost`` (yuan), ``promoted``
        (1: sold at a thin margin).

    Examples
    --------
    >>> load_qinghe_products()["category"].nunique()
    8
    """
    return _read_qinghe("products.csv")


def load_qinghe_orders():
    """Load the orders of the invented retailer Qinghe in 2024 and 2025.

    Returns
    -------
    pandas.DataFrame
        One row an order: ``order_id``, ``customer_id`` (missing where no card was shown), ``date`` (a day), ``hour``,
        ``channel`` (store, app, business), ``delivery`` (none, normal, rush), ``discount`` (share), ``amount`` (yuan paid),
        ``cost`` (of the goods).

    Examples
    --------
    >>> orders = load_qinghe_orders()
    >>> orders.loc[orders["customer_id"] == "B01", "amount"].groupby(orders["date"].dt.year).sum()[2025]
    np.float64(900000.0)
    """
    return _read_qinghe("orders.csv.gz", parse_dates=["date"])


def load_qinghe_order_lines():
    """Load what was in the orders of the invented retailer Qinghe; orders of business customers have no lines.

    Returns
    -------
    pandas.DataFrame
        ``order_id``, ``product_id``, ``quantity``; one row for each product of an order.

    Examples
    --------
    >>> list(load_qinghe_order_lines())
    ['order_id', 'product_id', 'quantity']
    """
    return _read_qinghe("order_lines.csv.gz")


def load_qinghe_service():
    """Load what each customer of the invented retailer Qinghe set in motion in a year.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``year``, ``orders``, ``deliveries``, ``rush_deliveries`` (those deliveries that were made on the
        same day), ``returns``, ``service_hours``, ``receivables`` (yuan owed on average); rows only where there was an
        order.

    Examples
    --------
    >>> service = load_qinghe_service()
    >>> service[(service["customer_id"] == "B01") & (service["year"] == 2025)]["rush_deliveries"].item()
    200
    """
    return _read_qinghe("service.csv.gz")


def load_qinghe_activity_rates():
    """Load what one unit of each activity costs the invented retailer Qinghe.

    Returns
    -------
    pandas.DataFrame
        ``business`` and ``household`` by ``activity``, a column of `load_qinghe_service`: yuan for one order, delivery,
        rush delivery (on top of the delivery), return and hour of service; for ``receivables`` yuan a year for each yuan
        owed.

    Examples
    --------
    >>> load_qinghe_activity_rates().loc["returns"].to_dict()
    {'business': 150.0, 'household': 18.0}
    """
    return _read_qinghe("activity_rates.csv", index_col="activity")[["business", "household"]]


def load_qinghe_app_visits():
    """Load how often each record of the invented retailer Qinghe visited the app in each month.

    Returns
    -------
    pandas.DataFrame
        ``customer_id`` and a column a month, ``"2024-01"`` … ``"2025-12"``: visits, missing before the month of
        joining.

    Examples
    --------
    >>> load_qinghe_app_visits().shape[1]
    25
    """
    visits = _read_qinghe("app_visits.csv.gz")
    return visits.astype({month: "Int64" for month in visits.columns[1:]})


def load_qinghe_truth():
    """Load the truth behind the invented retailer Qinghe: every planted parameter, to compare an estimate with.

    Returns
    -------
    dict
        Parameters by topic: ``"stages"``, ``"segments"``, ``"joined_in_truth"`` …

    Examples
    --------
    >>> load_qinghe_truth()["segments"]["stocker"]["share"]
    0.3
    """
    return json.loads(_file("qinghe_truth.json").read_text(encoding="utf-8"))


def load_qinghe_truth_customers():
    """Load the truth behind each record of the invented retailer Qinghe.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``person_id`` (whose record it is), ``segment`` (stocker, gourmet, bargain, snacker; reseller,
        business), ``uplift_type`` (how the person reacts to the first campaign open to the person), ``stages`` (a letter a
        month from 2024-01 on: potential P, development D, growth G, maturity M, decline R, terminated T; ``.`` before
        joining).

    Examples
    --------
    >>> load_qinghe_truth_customers()["stages"].str.len().unique().tolist()
    [24]
    """
    return _read_qinghe("truth_customers.csv.gz")


def load_qinghe_accounts():
    """Assemble the account of each business customer of the invented retailer Qinghe for 2025, as chapter 04 uses it.

    Revenue and cost of goods are the sums of `load_qinghe_orders`, the activities are those of `load_qinghe_service`,
    the names those of `load_qinghe_customers`.

    Returns
    -------
    pandas.DataFrame
        One row a customer, largest revenue first: ``customer_id`` (B01–B12), ``name`` (in the language in use),
        ``revenue`` and ``cost_of_goods`` (yuan in the year), ``orders``, ``deliveries``, ``rush_deliveries`` (those
        deliveries that were made on the same day), ``returns``, ``service_hours`` (numbers in the year),
        ``receivables`` (yuan owed on average).

    Examples
    --------
    >>> from crmlib import use_language
    >>> use_language("en")
    >>> accounts, rates = load_qinghe_accounts(), load_qinghe_activity_rates()["business"]
    >>> cost_to_serve = accounts[rates.index] @ rates
    >>> profit = accounts["revenue"] - accounts["cost_of_goods"] - cost_to_serve
    >>> print(f"{accounts.loc[0, 'name']}: {profit[0]:,.0f} yuan of {profit.sum():,.0f}")
    Saturn Ring Road Group-Buying Station: -45,000 yuan of 129,000
    """
    customers, orders, service = load_qinghe_customers(), load_qinghe_orders(), load_qinghe_service()
    firms = customers.loc[customers["kind"] == "business", ["customer_id", say("pinyin", "name")]]
    money = orders[orders["date"].dt.year == 2025].groupby("customer_id", as_index=False)[["amount", "cost"]].sum()
    accounts = firms.merge(money, on="customer_id").merge(service[service["year"] == 2025], on="customer_id")
    accounts = accounts.drop(columns="year").set_axis(
        ["customer_id", "name", "revenue", "cost_of_goods", *service.columns[2:]], axis=1
    )
    accounts[["revenue", "cost_of_goods"]] = accounts[["revenue", "cost_of_goods"]].round(2)
    accounts = accounts.sort_values("revenue", ascending=False, ignore_index=True)
    accounts.attrs["invented"] = True
    return accounts


def load_qinghe_complaints():
    """Load the complaints of customers of the invented retailer Qinghe, how they were answered, and who stayed.

    Returns
    -------
    pandas.DataFrame
        One row a complaint: ``complaint_id``, ``customer_id``, ``order_id``, ``date``, ``type`` (delivery, quality,
        billing, staff, app), ``delay_days`` (until the answer), ``recovery`` (none, apology, compensation),
        ``compensation`` (yuan), ``satisfied_after`` (1–5), ``stayed`` (1: ordered again within 180 days; missing where
        these end after the data).

    Examples
    --------
    >>> complaints = load_qinghe_complaints()
    >>> bool((complaints["stayed"].isna() == (complaints["date"] > "2025-07-04")).all())
    True
    """
    return _read_qinghe("complaints.csv.gz", parse_dates=["date"], dtype={"stayed": "Int64"})


def load_qinghe_contacts():
    """Load whom the invented retailer Qinghe contacted, how, why and at what cost.

    Returns
    -------
    pandas.DataFrame
        One row a contact: ``customer_id``, ``date``, ``channel`` (sms, app_push, phone, wecom), ``cost`` (yuan, with
        the coupon or gift in it), ``purpose`` (invite, welcome, offer, care, reactivate, winback; campaign, follow_up
        of a complaint), ``answered`` (0/1).

    Examples
    --------
    >>> sorted(load_qinghe_contacts()["channel"].unique())
    ['app_push', 'phone', 'sms', 'wecom']
    """
    return _read_qinghe("contacts.csv.gz", parse_dates=["date"])


def load_qinghe_calls():
    """Load four weeks of calls to the call centre of the invented retailer Qinghe, open from 9 to 21 o'clock.

    Returns
    -------
    pandas.DataFrame
        One row a call: ``start`` (a minute), ``reason``, ``agents`` (on duty at that time), ``wait_seconds`` (until the
        answer, or until the caller hung up), ``talk_seconds``, ``abandoned`` (1: hung up).

    Examples
    --------
    >>> load_qinghe_calls()["start"].dt.hour.agg(["min", "max"]).tolist()
    [9, 20]
    """
    return _read_qinghe("calls.csv.gz", parse_dates=["start"])


def load_qinghe_campaigns():
    """Load two campaigns of the invented retailer Qinghe: who was drawn to be treated, who not, and 30 days after it.

    Returns
    -------
    pandas.DataFrame
        One row a customer in a campaign: ``campaign`` (spring_coupon, autumn_gift), ``date`` (its first day),
        ``customer_id``, ``treated`` (1, or 0 for the control group), ``ordered_30d`` (0/1) and ``spend_30d`` (yuan)
        from the orders of 30 days.

    Examples
    --------
    >>> load_qinghe_campaigns().groupby("campaign")["treated"].mean().to_dict()
    {'autumn_gift': 0.5, 'spring_coupon': 0.5}
    """
    return _read_qinghe("campaigns.csv.gz", parse_dates=["date"])


def load_qinghe_surveys():
    """Load a survey of 1,000 customers of the invented retailer Qinghe, sent some days after an order.

    Returns
    -------
    pandas.DataFrame
        One row a respondent: ``customer_id``, ``date``, ``market``, expectations ``e01``–``e22`` and perceptions
        ``p01``–``p22`` (1–7, some missing; SERVQUAL: tangibles 01–04, reliability 05–09, responsiveness 10–13,
        assurance 14–17, empathy 18–22), ``satisfaction`` (1–10), ``nps`` (0–10, would recommend), ``reason`` (a code),
        ``stays`` (1: ordered again within 180 days).

    References
    ----------
    Parasuraman, Zeithaml and Berry (1988), SERVQUAL, Journal of Retailing 64 (the five dimensions; the answers are
    invented).

    Examples
    --------
    >>> load_qinghe_surveys().groupby("market").size().to_dict()
    {'changgeng': 300, 'chenxing': 200, 'qiming': 250, 'yinghuo': 250}
    """
    surveys = _read_qinghe("surveys.csv.gz", parse_dates=["date"])
    return surveys.astype({f"{letter}{item:02}": "Int64" for letter in "ep" for item in range(1, 23)})


def load_qinghe_kano():
    """Load the Kano questions about eight features of the invented retailer Qinghe, put to 300 of those surveyed.

    Returns
    -------
    pandas.DataFrame
        One row a respondent and feature: ``customer_id``, ``feature``, ``functional`` (how is it if the feature is
        there: 1 like, 2 expect, 3 neutral, 4 can live with, 5 dislike), ``dysfunctional`` (if it is missing),
        ``importance`` (1–9).

    Examples
    --------
    >>> load_qinghe_kano()["feature"].nunique()
    8
    """
    return _read_qinghe("kano.csv.gz")


def load_qinghe_wallet():
    """Load what the surveyed customers spent in 2025 at the invented retailer Qinghe and at three competitors.

    Returns
    -------
    pandas.DataFrame
        One row a customer and quarter: ``customer_id``, ``quarter`` (``"2025Q1"``), ``own`` (yuan, from the orders),
        ``competitor_a``, ``competitor_b``, ``competitor_c`` (yuan, from a household diary).

    Examples
    --------
    >>> load_qinghe_wallet()["quarter"].unique().tolist()
    ['2025Q1', '2025Q2', '2025Q3', '2025Q4']
    """
    return _read_qinghe("wallet.csv.gz")


def load_qinghe_points():
    """Load the loyalty points of the members of the invented retailer Qinghe by quarter.

    Returns
    -------
    pandas.DataFrame
        One row a record and quarter in which something moved: ``customer_id``, ``quarter`` (``"2024Q1"``), ``earned``
        (a point for each yuan), ``redeemed``, ``expired`` (what was left four quarters later), ``balance`` at the end.
        A point is worth 0.01 yuan.

    Examples
    --------
    >>> points = load_qinghe_points()
    >>> moved = points["earned"] - points["redeemed"] - points["expired"]
    >>> bool((moved.groupby(points["customer_id"]).cumsum() == points["balance"]).all())
    True
    """
    return _read_qinghe("points.csv.gz")


def load_qinghe_referrals():
    """Load who brought whom to the invented retailer Qinghe.

    Returns
    -------
    pandas.DataFrame
        One row a newcomer who came by referral: ``referrer_id``, ``referred_id`` (both customer_id), ``date`` (of
        joining).

    Examples
    --------
    >>> list(load_qinghe_referrals())
    ['referrer_id', 'referred_id', 'date']
    """
    return _read_qinghe("referrals.csv.gz", parse_dates=["date"])


def load_qinghe_opportunities():
    """Load the leads of 2025 of the invented retailer Qinghe: firms that might order for their offices and canteens.

    Returns
    -------
    pandas.DataFrame
        One row a lead: ``lead_id``, ``date``, ``source`` (fair, web, referral, cold_call), ``industry``, ``size``
        (employees), ``visits`` (by a salesperson in the first weeks), ``owner`` (the salesperson), ``days_to_reply``
        (to the first question), ``asked_price`` (0/1), ``stage`` (lead, contacted, offer, negotiation; won, lost),
        ``closed`` (a day), ``amount`` (yuan a year in the offer; missing before it), ``won`` (1/0; missing while open).
        Who scores leads must not use the last four columns.

    Examples
    --------
    >>> leads = load_qinghe_opportunities()
    >>> len(leads), bool((leads["won"].isna() == leads["closed"].isna()).all())
    (800, True)
    """
    leads = _read_qinghe("opportunities.csv.gz", parse_dates=["date", "closed"])
    return leads.astype({"amount": "Int64", "won": "Int64"})


class Card(str):
    """The text of a data card: a string that a notebook shows as a formatted page.

    Examples
    --------
    >>> Card("# cdnow_sample").startswith("#")
    True
    """

    def _repr_markdown_(self):
        return str(self)


def card(name):
    """Return the card of a data file, in the language in use: source, licence, columns with units, known faults.

    Parameters
    ----------
    name : str
        A file without its ending, as in ``"cdnow_sample"``.

    Returns
    -------
    Card
        A string in Markdown; a notebook shows it formatted.

    Raises
    ------
    ValueError
        If the course has no such data file; the message lists those that it has.

    Examples
    --------
    >>> from crmlib import use_language
    >>> use_language("en")
    >>> print(card("cdnow_sample").splitlines()[0])
    # CDNOW, the sample of 2,357 customers
    """
    cards = {entry.name.removesuffix(".md"): entry for entry in _folder().iterdir() if entry.name.endswith(".md")}
    if name not in cards:
        names = ", ".join(sorted(cards))
        raise ValueError(
            say(
                f"There is no data file {name!r}. The course has: {names}.",
                f"没有名为 {name!r} 的数据文件。可用的有：{names}。",
            )
        )
    english, chinese = cards[name].read_text(encoding="utf-8").split("\n---\n\n")
    return Card(say(english, chinese))
