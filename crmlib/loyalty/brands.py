"""What a panel of buyers shows of each brand: how many buy it, how often, and what else they buy."""

import pandas as pd

from crmlib import checks
from crmlib.language import say


def brand_performance(purchases, *, customer_id="customer_id", brand="brand", customers=None):
    """Measure each brand of a category: small brands have fewer buyers, who also buy a little less often.

    Returns a DataFrame by brand, the largest first: ``share`` (of purchases), ``penetration`` (share of customers who
    bought it), ``purchase_frequency`` (purchases of it by a buyer of it), ``category_rate`` (purchases of the category
    by a buyer of it), ``share_of_requirements`` (the first divided by the second), ``sole_buyers`` (share of its
    buyers who bought nothing else). ``attrs``: ``penetration`` and ``rate`` (purchases by a buyer) of the category,
    ``customers``, ``purchases``. Source: Ehrenberg, Uncles, Goodhardt (2004), Understanding brand performance measures,
    J. Business Research 57(12).

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a purchase of the category.
    customer_id, brand : str
        Names of those columns.
    customers : int, optional
        Customers observed, also those who bought nothing of the category; those in the table if not given: then the
        penetration of the category is 1.

    Examples
    --------
    >>> rows = {"customer_id": [1, 1, 1, 2, 2, 3], "brand": ["A", "A", "B", "A", "A", "B"]}
    >>> brand_performance(pd.DataFrame(rows), customers=4).round(2).T
    brand                     A     B
    share                  0.67  0.33
    penetration            0.50  0.50
    purchase_frequency     2.00  1.00
    category_rate          2.50  2.00
    share_of_requirements  0.80  0.50
    sole_buyers            0.50  0.50
    """
    counts = brand_counts(purchases, customer_id, brand)
    buyers, total = len(counts), counts.sum(axis=1)
    observed = buyers if customers is None else checks.whole(customers, "customers", least=1)
    if observed < buyers:
        en = f"customers = {observed}, but {buyers} customers bought: count all who were observed."
        raise ValueError(say(en, f"customers = {observed}，但购买过的客户就有 {buyers} 个：请给出观察的全部客户数。"))
    bought, table = counts > 0, pd.DataFrame({"share": counts.sum() / total.sum()})
    table["penetration"] = bought.sum() / observed
    table["purchase_frequency"] = counts.sum() / bought.sum()
    table["category_rate"] = bought.mul(total, axis=0).sum() / bought.sum()
    table["share_of_requirements"] = table["purchase_frequency"] / table["category_rate"]
    table["sole_buyers"] = counts.eq(total, axis=0).sum() / bought.sum()
    table = table.sort_values("share", ascending=False, kind="stable").rename_axis("brand")
    about = {"penetration": buyers / observed, "rate": float(total.mean())}
    table.attrs = about | {"customers": observed, "purchases": int(total.sum())}
    return table


def brand_counts(purchases, customer_id, brand):
    """Return how often each customer bought each brand: one row a customer, one column a brand.

    >>> purchases = pd.DataFrame({"who": [1, 1, 2], "what": ["A", "B", "A"]})
    >>> brand_counts(purchases, "who", "what").to_numpy().tolist()
    [[1, 1], [1, 0]]
    """
    names = [checks.text(customer_id, "customer_id"), checks.text(brand, "brand")]
    checks.require_columns(checks.frame(purchases, "purchases").columns, names)
    en, zh = "Customer or brand is missing: complete these rows or take them out", "缺少客户或品牌：请补全或删去这些行"
    gaps = purchases[names].isna().any(axis=1) | purchases[names].apply(checks.blank).any(axis=1)
    checks.refuse_rows(gaps, purchases[names], en, zh)
    (customer, customers), (item, items) = (checks.groups(purchases[name], name) for name in names)
    return pd.crosstab(customer, item).set_axis(customers, axis=0).set_axis(items, axis=1)
