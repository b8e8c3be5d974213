"""The data warehouse: a star of facts and dimensions in DuckDB, loaded from the CRM again and again without counting
anything twice.

=============  =========================================================================================================
fact_sales     a row an order line (grain); an order without lines has one row, of the product "unknown"
dim_customer   a row a version of an account: who moves, or gets another grade, begins a new one (type 2)
dim_product    a row a product; what changes is overwritten (type 1)
dim_channel    a row a channel
dim_date       a row a day, of whole years
etl_log        a row a load
=============  =========================================================================================================

Terms and design: Kimball & Ross (2013), The Data Warehouse Toolkit, 3rd ed. No names, telephones or e-mails are taken.
"""

from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import func, select

from crmlib import checks
from crmlib.language import label, say
from crmlib.systems import star
from crmlib.systems.database import opened
from crmlib.systems.errors import Refused
from crmlib.systems.model import Account, Order, OrderLine, Product

COUNTS = ("orders", "late_orders", "lines", "new_customers", "changed_customers", "new_products")
SUFFIXES = (".duckdb", ".db")  # of a new file: else a slip of the pen would make one
_CHUNK = 500  # order numbers in one question; SQLite takes 32,766 at most


def star_schema(crm, path=":memory:", *, upto=None):
    """Return the warehouse of a CRM, a connection of DuckDB, loaded with its orders; see `load`.

    Parameters
    ----------
    crm : CRM
        Opened by the system or a manager.
    path : str or Path
        File of DuckDB, made where there is none (a new one ends with .duckdb or .db); or ``":memory:"``: a warehouse
        that is gone with the program.
    upto : date, optional
        Last day whose orders are loaded; without it all are.

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> warehouse = star_schema(open_crm(":memory:"))
    >>> warehouse.sql("SELECT count(*) FROM fact_sales").fetchall()
    [(0,)]
    """
    _require_manager(opened(crm))
    upto = None if upto is None else checks.day(upto, "upto")  # before a file is made
    with ExitStack() as failing:
        warehouse = failing.enter_context(_connected(path))
        load(crm, warehouse, upto=upto)
        failing.pop_all()
    return warehouse


def load(crm, warehouse, *, upto=None):
    """Load what the warehouse does not have yet: new orders, late ones, changed customers and products.

    It is one transaction: interrupted half-way, it leaves the warehouse as it was. Loading twice counts nothing twice.

    Parameters
    ----------
    crm : CRM
        Opened by the system or a manager.
    warehouse : duckdb.DuckDBPyConnection
        Of :func:`star_schema`.
    upto : date, optional
        Last day whose orders are loaded; without it all are. Accounts and products are taken as they are now.

    Returns
    -------
    Series
        How many ``orders`` came, how many of them were ``late_orders`` (older than the last order loaded before, the
        watermark), ``lines``, ``new_customers``, ``changed_customers`` and ``new_products``.

    Notes
    -----
    Orders after the watermark are read at once. Those before it are compared with the facts by their numbers
    (anti-join), so that an order is found however late it comes; it is given to the customer as he was on its day.
    An order is loaded once: what is corrected afterwards shows in :func:`reconcile`.

    Examples
    --------
    >>> from crmlib.systems import open_crm
    >>> crm = open_crm(":memory:")
    >>> int(load(crm, star_schema(crm))["orders"])
    0
    """
    upto = None if upto is None else checks.day(upto, "upto")
    with _reading(crm) as session, _writing(warehouse) as target:
        watermark = _value(target, "SELECT max(watermark) FROM etl_log")
        before = _value(target, "SELECT count(DISTINCT account_id) FROM dim_customer")
        changed, new_products = _dimensions(session, target, watermark)
        late = _late(session, target, watermark, upto)
        sold = pd.concat([_sold(session, watermark, upto), *(_sold_in(session, late))], ignore_index=True)
        lines = _facts(target, sold)
        after = _value(target, "SELECT count(DISTINCT account_id) FROM dim_customer")
        counts = sold["order_id"].nunique(), len(late), lines, after - before, changed, new_products
        _log(target, crm.now(), upto, max(filter(pd.notna, [watermark, sold["sold_at"].max()]), default=None), counts)
    return pd.Series(counts, COUNTS, name="rows")


def etl_report(warehouse):
    """Return the loads so far, a row each: when, up to which day, up to which order, and what came.

    >>> from crmlib.systems import open_crm
    >>> etl_report(star_schema(open_crm(":memory:")))[["orders", "lines"]]
             orders  lines
    load_id
    1             0      0
    """
    return _warehouse(warehouse).cursor().sql("FROM etl_log ORDER BY load_id").df().set_index("load_id")


def reconcile(crm, warehouse):
    """Compare the sums of the CRM and of its warehouse, up to the last order loaded; a difference asks for a reason.

    Orders that came late and are not loaded yet make one; so do those that were corrected after they were loaded.

    >>> from crmlib.systems import open_crm
    >>> crm = open_crm(":memory:")
    >>> reconcile(crm, star_schema(crm))
              operational  data_warehouse  difference
    orders            0.0             0.0         0.0
    quantity          0.0             0.0         0.0
    amount            0.0             0.0         0.0
    cost              0.0             0.0         0.0
    """
    target = _warehouse(warehouse).cursor()
    watermark = _value(target, "SELECT max(watermark) FROM etl_log") or datetime.min
    sums = "SELECT count(DISTINCT order_id), sum(quantity), sum(amount), sum(cost) FROM fact_sales"
    loaded = target.execute(sums).fetchall()[0]
    with _reading(crm) as session:
        orders = select(func.count(), func.sum(Order.amount), func.sum(Order.cost)).where(Order.at <= watermark)
        lines = select(func.sum(OrderLine.quantity)).join_from(OrderLine, Order).where(Order.at <= watermark)
        (count, amount, cost), quantity = session.execute(orders).one(), session.scalar(lines)
    table = pd.DataFrame(
        {"operational": [count, quantity, amount, cost], "data_warehouse": loaded},
        index=["orders", "quantity", "amount", "cost"],
    )
    table = table.astype(float).fillna(0).round(2)
    return table.assign(difference=(table["data_warehouse"] - table["operational"]).round(2))


def _connected(path):
    """A connection to the warehouse in a file or in memory, whose tables are made where they lack."""
    import duckdb

    if not (isinstance(path, (str, Path)) and str(path).strip(checks.BLANK)):
        en = f'path = {checks.quoted(path)}: the path of a file is needed, such as "warehouse.duckdb".'
        raise TypeError(say(en, f'path = {checks.quoted(path)} 不对：应为文件路径，例如 "warehouse.duckdb"。'))
    if str(path) != ":memory:" and not Path(path).exists() and Path(path).suffix.lower() not in SUFFIXES:
        en = (
            f'path: "{path}" is not there, and a new warehouse ends with .duckdb. Write "{path}.duckdb", or correct it.'
        )
        zh = f"path：“{path}”不存在；新建的数据仓库文件名应以 .duckdb 结尾。请写成“{path}.duckdb”，或者更正路径。"
        raise ValueError(say(en, zh))
    try:
        if str(path) != ":memory:" and Path(path).is_file() and Path(path).read_bytes()[:6] == b"SQLite":
            raise ValueError("SQLite")  # for which DuckDB would look for an extension on the network
        with ExitStack() as failing:
            warehouse = failing.enter_context(duckdb.connect(str(path)))
            warehouse.execute(f"BEGIN; {star.SCHEMA} COMMIT")
            failing.pop_all()
    except (duckdb.Error, OSError, ValueError) as error:
        en = f'path: "{path}" cannot be opened as a warehouse ({_shown(error)}). Name another file, or close the '
        zh = f"path：“{path}”不能作为数据仓库打开（{_shown(error)}）。请换一个文件，"
        raise ValueError(say(en + "program that has it open.", zh + "或者关闭占用它的程序。")) from error
    return warehouse


def _shown(error):
    return str(error).strip().splitlines()[0]


@contextmanager
def _reading(crm):
    """A session that sees one moment of the CRM throughout."""
    _require_manager(opened(crm))
    with crm.read() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


@contextmanager
def _writing(warehouse):
    """A connection of its own to the warehouse, in one transaction; closed before its end, it leaves nothing."""
    import duckdb

    try:
        with _warehouse(warehouse).cursor() as target:
            target.begin()
            yield target
            target.commit()
    except duckdb.Error as error:
        en = f"warehouse: it cannot be written now ({_shown(error)}). Nothing was loaded. Open it by star_schema(crm, "
        zh = f"warehouse：现在无法写入数据仓库（{_shown(error)}），什么也没有装载。请用 star_schema(crm, path) 打开，"
        en += "path), and load once no other load is running."
        raise ValueError(say(en, zh + "并等其他装载结束后再装载。")) from error


def _warehouse(warehouse):
    import duckdb

    try:
        warehouse.cursor().execute("SELECT max(load_id) FROM etl_log").fetchall()
    except (AttributeError, duckdb.Error) as error:
        en = f"warehouse = {checks.quoted(warehouse)}: an open warehouse is needed, star_schema(crm)."
        zh = f"warehouse = {checks.quoted(warehouse)} 不对：应为打开的数据仓库，即 star_schema(crm) 的结果。"
        raise TypeError(say(en, zh)) from error
    return warehouse


def _require_manager(crm):
    if crm.user is not None and crm.user.role != "manager":
        who = f"{crm.user.login} ({label(crm.user.role)})"
        en = f"{who} may not read all sales with their costs into a warehouse. Those who may: a manager, the system."
        raise Refused(say(en, f"{who} 无权把全部销售和成本读入数据仓库。有权的是主管和系统。"))


def _dimensions(session, target, watermark):
    """Bring customers and products up to date; return how many customers changed, and how many products are new."""
    unknown = [func.coalesce(column, "unknown").label(column.key) for column in (Account.region, Account.grade)]
    accounts = _table(session, select(Account.account_id, Account.kind, *unknown))
    products = _table(session, select(Product.product_id, Product.category, Product.name, Product.price, Product.cost))
    since = "1900-01-01" if watermark is None else f"{watermark + pd.Timedelta(days=1):%Y-%m-%d}"
    target.execute(f"SET VARIABLE since = DATE '{since}'")
    count = "SELECT count(*) FROM dim_product"
    before = _value(target, count)
    target.register("products", products.astype({"price": float, "cost": float}))
    target.register("accounts", accounts)
    target.execute(star.PRODUCTS)
    target.execute(star.CUSTOMERS)
    changed = _value(target, "SELECT count(*) FROM moved")
    return changed, _value(target, count) - before


def _late(session, target, watermark, upto):
    """The numbers of orders up to the watermark that the facts lack."""
    if watermark is None:
        return []
    there = _table(session, _within(select(Order.order_id).where(Order.at <= watermark), upto))
    target.register("there", there.astype("int64"))
    lacking = "SELECT order_id FROM there ANTI JOIN fact_sales USING (order_id) ORDER BY order_id"
    return [order_id for (order_id,) in target.execute(lacking).fetchall()]


def _within(query, upto):
    return query if upto is None else query.where(Order.at < upto + pd.Timedelta(days=1))


def _sold(session, watermark, upto):
    """The lines of all orders after the watermark."""
    return _lines(
        session, lambda query: _within(query if watermark is None else query.where(Order.at > watermark), upto)
    )


def _sold_in(session, orders):
    """The lines of single orders, table by table."""
    for start in range(0, len(orders), _CHUNK):
        some = Order.order_id.in_(orders[start : start + _CHUNK])
        yield _lines(session, lambda query, some=some: query.where(some))


def _lines(session, among):
    """Orders with their lines; they are read apart, so that what an order says is not read for each line."""
    orders = select(
        Order.order_id, Order.account_id, Order.at.label("sold_at"), Order.channel, Order.amount, Order.cost
    )
    lines = select(OrderLine.order_id, OrderLine.product_id, OrderLine.quantity).join_from(OrderLine, Order)
    return _table(session, among(orders)).merge(_table(session, among(lines)), "left", "order_id")


def _value(target, question):
    [(value,)] = target.execute(question).fetchall()  # not fetchone: DuckDB does nothing else until all are fetched
    return value


def _table(session, query):
    found = session.execute(query)
    names = list(found.keys())
    columns = zip(*found.all(), strict=True)  # column by column: of a row pandas asks many questions
    return pd.DataFrame(dict(zip(names, columns, strict=False)), columns=names)


def _facts(target, sold):
    """Add channels, days and facts; return how many facts."""
    if sold.empty:
        return 0
    kinds = {"sold_at": "datetime64[us]", "quantity": "Int64", "amount": float, "cost": float}
    kinds |= dict.fromkeys(["account_id", "channel", "product_id"], "str")
    target.register("sold", sold.astype(kinds))
    target.execute(star.FACTS)
    return len(sold)


def _log(target, now, upto, watermark, counts):
    row = [now, upto, watermark, *map(int, counts)]
    marks = ", ".join("?" * len(row))
    target.execute(f"INSERT INTO etl_log SELECT (SELECT coalesce(max(load_id), 0) + 1 FROM etl_log), {marks}", row)
