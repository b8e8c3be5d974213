"""The course's data, from files that travel with the library: nothing is downloaded.

Every file has a card (source, licence, units, known faults): ``card("cdnow_sample")``.
"""

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


def load_invented_accounts():
    """Load one year of twelve invented customers of an invented wholesaler of food and drink, made for chapter 04.

    Neither the wholesaler nor a customer exists. What each customer costs to serve follows from the activities and
    `load_invented_activity_rates`.

    Returns
    -------
    pandas.DataFrame
        One row a customer, largest revenue first: ``customer_id`` (C01–C12), ``name`` (in the language in use),
        ``revenue`` and ``cost_of_goods`` (yuan in the year), ``orders``, ``deliveries``, ``rush_deliveries`` (those
        deliveries that were made on the same day), ``returns``, ``service_hours`` (numbers in the year),
        ``receivables`` (yuan owed on average). ``attrs["invented"]`` is True.

    Examples
    --------
    >>> from crmlib import use_language
    >>> use_language("en")
    >>> accounts, rates = load_invented_accounts(), load_invented_activity_rates()
    >>> cost_to_serve = accounts[rates.index] @ rates
    >>> profit = accounts["revenue"] - accounts["cost_of_goods"] - cost_to_serve
    >>> print(f"{accounts.loc[0, 'name']}: {profit[0]:,.0f} yuan of {profit.sum():,.0f}")
    Saturn Ring Road Hypermarket: -45,000 yuan of 129,000
    """
    accounts = _read_csv("invented_accounts.csv")
    accounts.insert(1, "name", accounts[say("name_en", "name_zh")])
    accounts = accounts.drop(columns=["name_en", "name_zh"])
    accounts.attrs["invented"] = True
    return accounts


def load_invented_activity_rates():
    """Load what one unit of each activity costs the invented wholesaler of `load_invented_accounts`.

    Returns
    -------
    pandas.Series
        ``rate`` by ``activity``, a column of the accounts: yuan for one order, delivery, rush delivery (on top of the
        delivery), return and hour of service; for ``receivables`` yuan a year for each yuan owed.
        ``attrs["invented"]`` is True.

    Examples
    --------
    >>> load_invented_activity_rates()["returns"]
    np.float64(150.0)
    """
    rates = _read_csv("invented_activity_rates.csv", index_col="activity")["rate"]
    rates.attrs["invented"] = True
    return rates


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
