"""The NBD-Dirichlet: what brands in a market without segments look like, from how much and how often it is bought."""

from functools import lru_cache

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.loyalty.brands import brand_counts, brand_performance

_MOST = 1_000_000  # purchases of one customer, beyond which nothing is added up


class NBDDirichlet:
    r"""Buying of a category by an NBD, choice of its brands by a Dirichlet distribution.

    How often customers buy the category follows a Poisson distribution, with a rate that differs by a gamma: together a
    negative binomial distribution of mean `m` and shape `k` (the smaller, the more buyers differ). At each purchase
    they choose among brands with chances of their own, Dirichlet with :math:`\alpha_j = s \cdot \text{share}_j`: the
    smaller `s`, the more customers differ, and the fewer brands each buys. Nothing in it makes one brand's buyers more
    loyal than another's: what a brand departs from is worth a question. Sources: Goodhardt, Ehrenberg, Chatfield
    (1984), The Dirichlet: a comprehensive model of buying behaviour, J. Royal Statistical Society A 147(5); Ehrenberg
    (1988), Repeat-buying, 2nd ed.; Rungie, Goodhardt (2004), Marketing Bulletin 15, technical note 2.

    Parameters
    ----------
    m, k, s : float, optional
        All or none: purchases of the category by a customer, buyer or not; the two shapes. Without them, `fit`.

    Attributes
    ----------
    m_, k_, s_ : float
        The three parameters.
    shares_ : pandas.Series
        The brands' shares of purchases, of a fit.
    brand_s_ : pandas.Series
        What `s` each brand's penetration alone would give (0 or infinite: no `s` gives it), of `fit`.

    Examples
    --------
    >>> brands = {"share": [0.25, 0.19, 0.1, 0.1], "penetration": [0.2, 0.17, 0.09, 0.08]}
    >>> brands = pd.DataFrame(brands, index=["Colgate DC", "Macleans", "Close Up", "Signal"])
    >>> model = NBDDirichlet().fit(penetration=0.56, rate=2.6, brands=brands)
    >>> model
    NBDDirichlet(m=1.456, k=0.7788, s=1.546)
    >>> model.predict()[["penetration", "purchase_frequency"]].round(2)
                penetration  purchase_frequency
    brand
    Colgate DC         0.21                1.78
    Macleans           0.16                1.72
    Close Up           0.09                1.63
    Signal             0.09                1.63
    """

    def __init__(self, m=None, k=None, s=None):
        given = {"m": m, "k": k, "s": s}
        missing = [name for name, value in given.items() if value is None]
        if missing and len(missing) < 3:
            en = f"Give all of m, k and s, or none and then fit: {', '.join(missing)} missing."
            raise ValueError(say(en, f"m、k、s 要么全给，要么都不给、再用 fit 估计：还缺 {'、'.join(missing)}。"))
        self.m, self.k, self.s = m, k, s
        if not missing:
            self.m_, self.k_, self.s_ = (checks.number(value, name, least=1e-6) for name, value in given.items())
            _purchases(self.m_, self.k_)

    def fit(self, penetration, rate, brands):
        """Fit by "mean and zeros" and the brands' penetrations, as the authors do; return the model.

        `m` is penetration × rate; `k` solves :math:`(1 + m/k)^{-k} = 1 - \\text{penetration}` (Ehrenberg 1988); `s` is
        the mean, weighted by share, of what fits each brand's penetration.

        Parameters
        ----------
        penetration, rate : float
            Share of customers who bought the category, below 1; purchases of it by one of these, on average.
        brands : pandas.DataFrame
            One row a brand: ``share`` (of purchases) and ``penetration`` (share of all customers who bought it), as
            `brand_performance` returns. Shares add up to 1 at most: there may be other brands.
        """
        hint = ("It is a share; where everybody bought, use fit_panel.", "应为比例；人人都买的品类请用 fit_panel。")
        bought = checks.number(penetration, "penetration", above=0, below=1, hint=hint)
        rate = checks.number(rate, "rate", above=0)
        shares, reached = _brands(brands, bought)
        m, k = bought * rate, _nbd_shape(bought, rate)
        chances = _purchases(m, k)
        solved = [_fitting_s(share, pen, chances) for share, pen in zip(shares, reached, strict=True)]
        by_brand = pd.Series(solved, index=shares.index, name="s")
        usable = np.isfinite(by_brand) & (by_brand > 0)
        if not usable.any():
            en = "brands: no s fits the penetration of any brand: each must lie above share × penetration of the "
            zh = "brands：没有一个品牌的渗透率能用 s 拟合：它应大于份额 × 品类渗透率（只买这一个品牌），"
            en += "category (its buyers buy nothing else), and below what chance alone would give."
            raise ValueError(say(en, zh + "小于人人随机选择品牌时的值。"))
        self.m_, self.k_, self.shares_, self.brand_s_ = m, k, shares, by_brand
        self.s_ = float(np.average(by_brand[usable], weights=shares[usable]))
        return self

    def fit_panel(self, purchases, *, customer_id="customer_id", brand="brand", customers=None):
        """Fit by maximum likelihood to a table with one row a purchase, as of `brand_performance`; return the model.

        `m` and the shares are those observed; `k` and `s` have the highest likelihood given them. With `customers`,
        those without a purchase count. It can also be used where everybody bought.

        >>> rows = {"customer_id": list("aaaabbccdddddde"), "brand": list("AAAABBABAAAAAAB")}
        >>> NBDDirichlet().fit_panel(pd.DataFrame(rows), customers=7)
        NBDDirichlet(m=2.143, k=1.716, s=0.6143)
        """
        table = brand_performance(purchases, customer_id=customer_id, brand=brand, customers=customers)
        counts = brand_counts(purchases, customer_id, brand)[table.index]
        total = np.zeros(table.attrs["customers"])
        total[: len(counts)] = counts.sum(axis=1)
        m, shares, chosen = float(total.mean()), table["share"].to_numpy(), counts.to_numpy()
        k = _most_likely(lambda k: _nbd_loglik(k, m, total), _ALIKE)
        s = _most_likely(lambda s: _choice_loglik(s * shares, chosen), _NO_OTHER)
        self.m_, self.k_, self.s_, self.shares_ = m, k, s, table["share"]
        return self

    def predict(self, shares=None, *, periods=1.0):
        """What the model expects of each brand: a table with the columns of `brand_performance`.

        Parameters
        ----------
        shares : dict or Series, optional
            Brand and share of purchases; those fitted if not given.
        periods : float
            Length of time, in periods of the fit: 4 is a year, if it was of a quarter.
        """
        shares, chances = self._market(shares, periods)
        number, share = np.arange(len(chances)), shares.to_numpy()
        without, only = _runs(1 - share, self.s_, len(chances)), _runs(share, self.s_, len(chances))
        reached, mean = chances @ (1 - without), chances @ number
        table = pd.DataFrame({"share": share, "penetration": reached}, index=shares.index)
        table["purchase_frequency"] = mean * share / reached
        table["category_rate"] = (number * chances) @ (1 - without) / reached
        table["share_of_requirements"] = table["purchase_frequency"] / table["category_rate"]
        table["sole_buyers"] = (chances[1:] @ only[1:]) / reached
        bought = float(chances[1:].sum())
        table.attrs = {"penetration": bought, "rate": float(mean / bought)}
        return table

    def duplication(self, shares=None, *, periods=1.0):
        """Which share of the buyers of one brand (row) also buy another (column): a table of brands by brands.

        All brands share their buyers with the others in proportion to these others' penetration. `shares`, `periods` as
        in `predict`.

        >>> NBDDirichlet(m=1.456, k=0.78, s=1.55).duplication({"A": 0.25, "B": 0.1, "C": 0.1}).round(2)
                  A     B     C
        brand
        A      1.00  0.11  0.11
        B      0.26  1.00  0.11
        C      0.26  0.11  1.00
        """
        shares, chances = self._market(shares, periods)
        share = shares.to_numpy()
        reached = chances @ (1 - _runs(1 - share, self.s_, len(chances)))
        either = np.diag(reached)
        for one in range(len(share)):
            # Two brands count as one with the sum of their shares: a property of the Dirichlet distribution.
            others = np.maximum(1 - share[one] - np.delete(share, one), 0)
            joint = chances @ (1 - _runs(others, self.s_, len(chances)))
            either[one, np.arange(len(share)) != one] = joint
        both = reached[:, None] + reached - either
        return pd.DataFrame(both / reached[:, None], index=shares.index, columns=list(shares.index))

    def _market(self, shares, periods):
        checks.refuse_unfitted(self, "s_")
        periods = checks.number(periods, "periods", least=0.001)
        if shares is None and not hasattr(self, "shares_"):
            en = 'shares: this model was given its parameters and knows no brands: give {"A": 0.3, …}.'
            raise ValueError(say(en, 'shares：这个模型的参数是直接给出的，没有品牌：请写成 {"A": 0.3, …}。'))
        shares = self.shares_ if shares is None else _shares(pd.Series(checks.settings(shares, "shares")), "shares")
        return shares.rename_axis("brand"), _purchases(self.m_ * periods, self.k_)

    def __repr__(self):
        inside = [f"{name}={getattr(self, name + '_'):.4g}" for name in ("m", "k", "s") if hasattr(self, name + "_")]
        return f"NBDDirichlet({', '.join(inside)})"


@lru_cache(64)
def _purchases(m, k):
    """The chances of 0, 1, 2, … purchases of the category, as far as they count."""
    from scipy.stats import nbinom

    most = nbinom.isf(1e-13, k, k / (k + m)) + 10
    if not most <= _MOST:
        en = f"m = {m:g} with k = {k:g}: some customers would buy more than {_MOST:,} times. Shorten the periods, so "
        zh = f"m = {m:g}、k = {k:g}：有的客户会买 {_MOST:,} 次以上。请缩短时期（periods），使 m、rate 变小。"
        raise ValueError(say(f"{en}that m and rate are lower.", zh))
    return nbinom.pmf(np.arange(int(most)), k, k / (k + m))


def _runs(share, s, length):
    """Chance that the first 0, 1, 2, … purchases of a customer are all of brands that have these shares together."""
    past = np.arange(length - 1)[:, None]
    with np.errstate(divide="ignore"):
        steps = np.log(s * np.asarray(share) + past) - np.log(s + past)
    return np.exp(np.vstack([np.zeros(np.size(share)), np.cumsum(steps, axis=0)]))


def _nbd_shape(penetration, rate):
    """The k of mean and zeros: (1 + m/k)^-k is the share who did not buy."""
    from scipy.optimize import brentq

    least = -np.log1p(-penetration) / penetration
    if rate <= least * (1 + 1e-6):
        en = (
            f"rate = {rate:g} is too low with penetration = {penetration:g}: even if all were alike, a buyer would buy "
        )
        zh = f"rate = {rate:g} 太低，与 penetration = {penetration:g} 不符：即使人人相同，"
        zh += f"每位购买者也要买 {least:.4g} 次。"
        en += f"{least:.4g} times. rate counts the purchases of those who bought, not of all."
        raise ValueError(say(en, zh + "rate 是每位购买者的购买次数，不是全部客户的平均数。"))
    m, target = penetration * rate, np.log1p(-penetration)
    return float(np.exp(brentq(lambda z: -np.exp(z) * np.log1p(m * np.exp(-z)) - target, -30, 30, xtol=1e-13)))


def _fitting_s(share, penetration, chances):
    """The s with which a brand of this share reaches this penetration; 0 or infinite if none does."""
    from scipy.optimize import brentq

    def gap(z):
        return 1 - chances @ _runs([1 - share], np.exp(z), len(chances))[:, 0] - penetration

    low, high = np.log(1e-4), np.log(1e4)
    return 0.0 if gap(low) >= 0 else np.inf if gap(high) <= 0 else float(np.exp(brentq(gap, low, high, xtol=1e-12)))


def _brands(brands, bought):
    checks.require_columns(checks.frame(brands, "brands").columns, ["share", "penetration"])
    shares = _shares(brands["share"], "share")
    reached = checks.probabilities(brands["penetration"], "penetration")
    en = f"A brand's penetration lies above 0 and is not above that of the category, {bought:g}"
    zh = f"品牌的渗透率应大于 0，且不超过品类的渗透率 {bought:g}"
    checks.refuse_rows((reached <= 0) | (reached > bought), brands, en, zh)
    return shares, reached


def _shares(shares, name):
    checks.unique_index(shares, name)
    if shares.index.nlevels > 1:
        en = f"{name}: the brands need an index of one level, their names."
        raise ValueError(say(en, f"{name}：索引应只有一层，即品牌名称。"))
    share = checks.probabilities(shares, name)
    en, zh = (
        f"{name}: a share must be above 0; leave brands out that nobody buys",
        f"{name}：份额应大于 0；没人买的品牌请去掉",
    )
    checks.refuse_rows(share <= 0, shares.to_frame(name), en, zh)
    if share.sum() > 1 + 1e-6:
        en = f"{name} adds up to {share.sum():.4g}: shares of purchases make 1 together, or less if brands are left "
        zh = f"{name} 之和是 {share.sum():.4g}：购买份额合计应为 1；若有品牌未列出，则小于 1。由次数计算："
        raise ValueError(say(f"{en}out. From counts: counts / counts.sum().", f"{zh}counts / counts.sum()。"))
    return pd.Series(share, index=shares.index.rename("brand"), name="share")


_ALIKE = (
    "The purchases vary too little from customer to customer: they buy as evenly as by chance alone, and no k fits",
    "客户之间购买次数的差别太小，与纯属随机差不多，k 估计不出来",
)
_NO_OTHER = (
    "No s fits: either everybody buys one brand only, or all choose among the brands alike",
    "s 估计不出来：要么人人只买一个品牌，要么所有人选择品牌的方式都一样",
)


def _most_likely(loglik, why):
    """The parameter with the highest likelihood, or a refusal if that lies at the end of what is looked at."""
    from scipy.optimize import minimize_scalar

    low, high = np.log(1e-4), np.log(1e4)
    grid = np.linspace(low, high, 81)
    values = [loglik(np.exp(z)) for z in grid]
    best = int(np.argmax(values))
    if best in (0, len(grid) - 1):
        raise ValueError(
            say(
                f"purchases: {why[0]}. Use more customers or a longer period.",
                f"purchases：{why[1]}。请增加客户或拉长时间。",
            )
        )
    around = (grid[best - 1], grid[best + 1])
    found = minimize_scalar(lambda z: -loglik(np.exp(z)), bounds=around, method="bounded", options={"xatol": 1e-9})
    return float(np.exp(found.x))


def _nbd_loglik(k, m, total):
    from scipy.stats import nbinom

    return nbinom.logpmf(total, k, k / (k + m)).sum()


def _choice_loglik(alpha, chosen):
    """Of a Dirichlet-multinomial, without what does not depend on alpha."""
    from scipy.special import gammaln

    total, s = chosen.sum(axis=1), alpha.sum()
    return (gammaln(alpha + chosen) - gammaln(alpha)).sum() - (gammaln(s + total) - gammaln(s)).sum()
