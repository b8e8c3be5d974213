"""A customer satisfaction index: constructs seen through items, paths between them, by partial least squares (PLS)."""

import numpy as np
import pandas as pd

from crmlib import checks
from crmlib.language import say
from crmlib.satisfaction.coding import on_scale, scale_ends
from crmlib.satisfaction.reliability import complete

ECSI_BLOCKS = {
    "image": ["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"],
    "expectations": ["CUEX1", "CUEX2", "CUEX3"],
    "quality": ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"],
    "value": ["PERV1", "PERV2"],
    "satisfaction": ["CUSA1", "CUSA2", "CUSA3"],
    "complaints": ["CUSCO"],
    "loyalty": ["CUSL1", "CUSL2", "CUSL3"],
}
ECSI_PATHS = [
    ("image", "expectations"),
    ("image", "satisfaction"),
    ("image", "loyalty"),
    ("expectations", "quality"),
    ("expectations", "value"),
    ("expectations", "satisfaction"),
    ("quality", "value"),
    ("quality", "satisfaction"),
    ("value", "satisfaction"),
    ("satisfaction", "complaints"),
    ("satisfaction", "loyalty"),
    ("complaints", "loyalty"),
]
SCHEMES = ("path", "factorial", "centroid")


class ServiceIndexModel:
    r"""A satisfaction index as the European and the American one are computed: PLS path modelling, mode A.

    Each construct is a weighted sum of its items. The weights are found in turns: a construct is approached from those
    that it is linked to, and an item weighs as much as it goes along with that. Then each construct is regressed on
    those whose paths lead to it. Sources: Wold, H. (1982); Tenenhaus, M. et al. (2005), PLS path modeling,
    Computational Statistics & Data Analysis 48(1); the index of 0 to 100 and effects in points of it: Fornell, C. et
    al. (1996), The American Customer Satisfaction Index, Journal of Marketing 60(4).

    Parameters
    ----------
    blocks : dict
        ``{construct: [items]}``; an item belongs to one construct.
    paths : list of pairs
        ``[(from, to), …]``, without a circle. Each construct has at least one.
    scheme : {"path", "factorial", "centroid"}
        How a construct is approached: by regression on those before it and correlation with those after it; by
        correlations; by their signs.
    scale : pair of numbers
        The ends of the scale of all items.

    Attributes
    ----------
    weights_, loadings_ : Series by item
        The weights of the standardised items, and their correlations with the construct.
    path_coefficients_ : DataFrame
        Row: from, column: to; standardised, 0 where there is no path.
    r_squared_ : Series by construct that a path leads to
    scores_ : DataFrame
        Standardised, one row a respondent.
    index_ : Series by construct
        0 to 100: the mean of the respondents.
    total_effects_ : DataFrame
        Row: from, column: to; how many points of the index of 100 a point more brings, on all ways together.
    left_out_ : int
        How many respondents had a gap.

    Examples
    --------
    >>> answers = pd.DataFrame({"q1": [7, 9, 4, 6, 8], "q2": [6, 9, 5, 5, 9]})
    >>> answers = answers.assign(s1=[6, 9, 3, 6, 9], s2=[7, 8, 4, 5, 8])
    >>> blocks = {"quality": ["q1", "q2"], "satisfaction": ["s1", "s2"]}
    >>> model = ServiceIndexModel(blocks, [("quality", "satisfaction")]).fit(answers)
    >>> model.index_.round(1).to_dict(), model.what_a_point_buys("quality").round(2).to_dict()
    ({'quality': 64.4, 'satisfaction': 60.9}, {'satisfaction': 1.06})
    """

    def __init__(self, blocks, paths, *, scheme="path", scale=(1, 10)):
        self.blocks, self.paths, self.scheme, self.scale = blocks, paths, scheme, scale

    def fit(self, answers):
        """Find weights, paths and indexes from answers, a row a respondent; returns itself."""
        blocks, paths, ends = _blocks(self.blocks), _paths(self.paths, self.blocks), scale_ends(self.scale)
        checks.one_of(self.scheme, "scheme", SCHEMES)
        items = [item for block in blocks.values() for item in block]
        checks.require_columns(checks.frame(answers, "answers").columns, items)
        table, self.left_out_ = complete(answers[items])
        for item in items:
            on_scale(table[item], item, *ends, True)
        most = max(len(block) for block in (*blocks.values(), *_before(paths).values()))
        if len(table) < most + 2:
            en = f"answers: {len(table)} complete respondents are too few for this model."
            raise ValueError(say(en, f"answers：只有 {len(table)} 人答完，不足以估计这个模型。"))
        names, spread = list(blocks), table.std().to_numpy()
        standard = ((table - table.mean()) / spread).to_numpy()
        member = np.array([[item in block for block in blocks.values()] for item in items], dtype=float)
        links = _links(names, paths)
        weights = _weights(standard, member, links, self.scheme)
        scores = standard @ weights
        self.weights_ = pd.Series(weights.sum(axis=1), pd.Index(items, name="item"))
        self.loadings_ = pd.Series((standard.T @ scores * member).sum(axis=1) / (len(table) - 1), self.weights_.index)
        _refuse_against(np.minimum(self.weights_, self.loadings_))
        self.scores_ = pd.DataFrame(scores, table.index, names)
        paths_found, explained = _regressions(scores, links)
        self.path_coefficients_ = _square(paths_found, names)
        self.r_squared_ = pd.Series(explained, names)[links.any(axis=0)]
        raw = weights / spread[:, None]
        raw /= raw.sum(axis=0)
        points = (table.to_numpy() - ends[0]) / (ends[1] - ends[0]) * 100 @ raw
        self.index_ = pd.Series(points.mean(axis=0), names)
        width = points.std(axis=0, ddof=1)
        direct = paths_found * width / width[:, None]
        self.total_effects_ = _square(np.linalg.inv(np.eye(len(names)) - direct) - np.eye(len(names)), names)
        return self

    def what_a_point_buys(self, construct):
        """Return how many points each later construct gains if the index of `construct` rises by one, most first."""
        checks.refuse_unfitted(self, "total_effects_")
        checks.one_of(construct, "construct", self.total_effects_.index)
        reached = _reach(self.path_coefficients_.to_numpy() != 0)[self.total_effects_.index.get_loc(construct)]
        return self.total_effects_.loc[construct][reached].sort_values(ascending=False)


def _weights(standard, member, links, scheme, tolerance=1e-10, rounds=1000):
    """Weights of the items (rows) in their constructs (columns), each construct with variance 1."""
    weights = _to_unit(standard, member)
    for _ in range(rounds):
        scores = standard @ weights
        inner = scores @ _inner(scores, links, scheme)
        before, weights = weights, _to_unit(standard, member * (standard.T @ inner))
        if np.abs(weights - before).max() < tolerance:
            break
    # A construct points where its items do.
    return weights * np.where((standard.T @ (standard @ weights) * member).sum(axis=0) < 0, -1, 1)


def _to_unit(standard, weights):
    width = (standard @ weights).std(axis=0, ddof=1)
    if (width < 1e-12).any():
        en = "answers: the items of a construct cancel each other out. Turn the reversed ones by code_answers."
        raise ValueError(say(en, "answers：有一个构念的各题项互相抵消。请先用 code_answers 把反向题转正。"))
    return weights / width


def _inner(scores, links, scheme):
    """How each construct (column) is put together from those it is linked to (rows)."""
    correlation, linked = np.corrcoef(scores, rowvar=False), links | links.T
    if scheme == "path":
        return np.where(links, _regressions(scores, links)[0], np.where(links.T, correlation, 0))
    return np.where(linked, np.sign(correlation) if scheme == "centroid" else correlation, 0)


def _regressions(scores, links):
    """Coefficients (row: from, column: to) and the share of variance explained of each construct."""
    correlation = np.corrcoef(scores, rowvar=False)
    found, explained = np.zeros(links.shape), np.zeros(len(links))
    for to in np.flatnonzero(links.any(axis=0)):
        before = links[:, to]
        found[before, to] = np.linalg.lstsq(correlation[np.ix_(before, before)], correlation[before, to])[0]
        explained[to] = found[before, to] @ correlation[before, to]
    return found, explained


def _square(values, names):
    return pd.DataFrame(values, pd.Index(names, name="from"), pd.Index(names, name="to"))


def _links(names, paths):
    return np.array([[(one, other) in paths for other in names] for one in names])


def _reach(links):
    """Which construct (row) leads to which (column), on any way."""
    reach = links
    for _ in links:
        reach = reach | (reach.astype(int) @ links > 0)
    return reach


def _before(paths):
    return {to: [one for one, other in paths if other == to] for _, to in paths}


def _blocks(blocks):
    blocks = {name: checks.names(items, "blocks") for name, items in checks.settings(blocks, "blocks").items()}
    items = [item for block in blocks.values() for item in block]
    twice = sorted({str(item) for item in items if items.count(item) > 1})
    if twice or len(blocks) < 2 or not all(blocks.values()):
        en = f"blocks: two constructs at least, each with items of its own; {', '.join(twice) or 'items'} "
        en += "stand in several." if twice else "are missing."
        zh = "blocks：至少两个构念，各有自己的题项；"
        raise ValueError(say(en, zh + (f"{'、'.join(twice)} 重复出现。" if twice else "现在缺少题项。")))
    return blocks


def _paths(paths, blocks):
    pairs = list(paths) if isinstance(paths, (list, tuple, set)) else []
    if not pairs or not all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in pairs):
        en = f"paths = {checks.quoted(paths)}: a list of pairs is needed, [(from, to), …]."
        raise TypeError(say(en, f"paths = {checks.quoted(paths)} 不对：应为成对的列表，形如 [(from, to), …]。"))
    pairs = [tuple(pair) for pair in pairs]
    named = [name for pair in pairs for name in pair]
    unknown = [name for name in named if name not in list(blocks)]
    if unknown:
        en = f"paths: no block is called {checks.quoted(unknown[0])}. There are: {', '.join(map(str, blocks))}."
        raise ValueError(
            say(en, f"paths：blocks 中没有 {checks.quoted(unknown[0])}。现有：{'、'.join(map(str, blocks))}。")
        )
    alone = [str(name) for name in blocks if name not in named]
    if alone:
        en = f"paths: no path leads to or from {', '.join(alone)}. Add one, or leave the block out."
        raise ValueError(say(en, f"paths：{'、'.join(alone)} 没有任何路径。请补上，或者去掉这个构念。"))
    if np.diag(_reach(_links(list(blocks), pairs))).any():
        en = "paths go round in a circle: each construct may only lead to later ones."
        raise ValueError(say(en, "paths 中有循环：路径只能从前面的构念指向后面的构念。"))
    return pairs


def _refuse_against(least):
    against = list(least.index[least < 0])
    if against:
        en = f"{checks.first(against)} runs against the other items of its construct: turn it, "
        zh = f"{checks.first(against)} 与同一构念的其他题项方向相反：请转正，"
        way = f"code_answers(answers, low, high, reverse={against})"
        raise ValueError(say(f"{en}{way}, or leave it out.", f"{zh}{way}，或者去掉。"))
