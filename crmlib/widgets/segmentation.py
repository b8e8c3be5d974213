"""The explorers of chapter 05, about Qinghe: cuts of ABC, the RFM cube, number of clusters, budget for tiered care."""

from functools import cache, partial

import numpy as np
import pandas as pd

from crmlib import plots, qinghe, segmentation
from crmlib.editions import takes_givens
from crmlib.language import heading, label, say
from crmlib.segmentation import clusters
from crmlib.widgets.base import Explorer, choice, slider, tell

# What a slider moves is prepared once and kept.


@cache
def _ranked(measure):
    """The customers by falling value, and the profit of the first 0, 1, 2 … of them that lose money."""
    account = qinghe.account(2025)
    ranked = segmentation.abc(account.reset_index(), value=measure, customer_id="person")
    profit = account["profit"].reindex(ranked.index).to_numpy()
    return ranked, np.r_[0, np.cumsum(profit < 0)], np.r_[0, np.cumsum(profit)]


def draw_abc(measure, cut_a, cut_b):
    """Draw the Pareto curve with the borders of A and B, and say what sits in class A."""
    ranked, losers, profit = _ranked(measure)
    cut_b = max(cut_a + 0.01, cut_b)
    before = np.r_[0.0, ranked["cumulative_share"].to_numpy()[:-1]] + 1e-9
    grade = np.where(ranked["value"].to_numpy() <= 0, 2, (before >= cut_a).astype(int) + (before >= cut_b))
    by = heading(measure)
    title = say(f"ABC by {by.lower()}, 2025 (invented data)", f"按{by}做的 ABC，2025 年（虚构数据）")
    picture = plots.pareto(ranked.assign(**{"class": np.array(["A", "B", "C"])[grade]}), title=title)
    a, b = (grade == 0).sum(), (grade <= 1).sum()
    return picture, say(
        f"Class A: {a:,} of {len(ranked):,} customers ({a / len(ranked):.0%}), class B: {b - a:,}. "
        f"In class A {losers[a]} lose money; together class A earns {profit[a]:,.0f} yuan of profit, "
        f"all customers {profit[-1]:,.0f}.",
        f"A 类 {a} 个，占 {len(ranked)} 个客户的 {a / len(ranked):.0%}；B 类 {b - a} 个。A 类里有 {losers[a]} 个亏钱；"
        f"A 类合计利润 {profit[a] / 10_000:.1f} 万元，全体 {profit[-1] / 10_000:.1f} 万元。",
    )


def abc_explorer():
    """Show what the borders and the measure of an ABC analysis decide (section 3)."""
    measures = {heading(name): name for name in ("revenue", "gross_margin", "profit")}
    return Explorer(
        draw_abc,
        "crm-abc",
        measure=choice(label("By"), measures, "revenue"),
        cut_a=slider(label("Class A ends at"), 0.4, 0.9, 0.8, 0.05, format=".0%"),
        cut_b=slider(label("Class B ends at"), 0.91, 0.99, 0.95, 0.01, format=".0%"),
    )


@cache
def _cells(method, show, m_from):
    """What the grid shows for the customers with at least this M."""
    bought = _scored(method).query("m >= @m_from").groupby(["f", "r"])["bought"]
    cells = bought.agg("size" if show == "customers" else "mean").unstack()
    return cells.reindex(index=range(1, 6), columns=range(1, 6))


@cache
def _scored(method):
    """RFM scores of the households at the end of 2024, and what each bought in January 2025."""
    retail, scores = qinghe.retail(), qinghe.scores(method)
    january = retail[retail["date"].between("2025-01-01", "2025-01-31")]
    margin = (january["amount"] - january["cost"]).groupby(january["person"]).sum()
    facts = {"margin": margin.reindex(scores.index), "bought": scores.index.isin(margin.index)}
    return scores[["r", "f", "m"]].assign(**facts, agreed=qinghe.agreed()[scores.index])


def draw_rfm(method, show, r_from, f_from, m_from, catalogue):
    """Draw a slice of the RFM cube with the chosen corner framed, and count what a mailing to it earns."""
    scores, cells, counted = _scored(method), _cells(method, show, m_from), show == "customers"
    frame = np.outer(np.arange(1, 6) >= f_from, np.arange(1, 6) >= r_from)
    title = label("Customers in each cell") if counted else label("Share who bought in January 2025")
    title = say(f"{title}, M at least {m_from} (invented data)", f"{title}，M 不低于 {m_from}（虚构数据）")
    picture = plots.rfm_grid(cells, percent=not counted, chosen=pd.DataFrame(frame), title=title)
    framed = scores[(scores["r"] >= r_from) & (scores["f"] >= f_from) & (scores["m"] >= m_from)]
    mailed = framed[framed["agreed"]]
    count, cost, margin = len(mailed), catalogue * len(mailed), mailed["margin"].sum()
    buyers, share = mailed["bought"].sum(), f"{mailed['bought'].mean():.0%}"
    bought = say(f"{buyers:,} of them", f"其中 {buyers} 户") if counted else say(f"{share} of them", f"其中 {share} ")
    return picture, say(
        f"{len(framed):,} households in the frame, {count:,} of them agreed to letters. {count:,} catalogues cost "
        f"{cost:,} yuan; {bought} bought in January, gross margin {margin:,.0f}. If all of it were due to the "
        f"catalogue: {tell(margin - cost, '+,.0f')} yuan; if only a tenth: {tell(margin / 10 - cost, '+,.0f')}.",
        f"框里 {len(framed)} 户，同意接收的 {count} 户。寄 {count} 本，成本 {cost:,} 元；{bought}在一月份来买了，"
        f"毛利 {margin:,.0f} 元。全归功于手册，结余 {tell(margin - cost)} 元；"
        f"只有十分之一归功于它，结余 {tell(margin / 10 - cost)} 元。",
    )


@takes_givens
def rfm_explorer(catalogue):
    """Open the RFM cube: ways of cutting, slices by M, the corner that gets the catalogue (yuan a copy; lab 3)."""
    methods = {label("each by itself (independent)"): "independent", label("nested (Hughes)"): "nested"}
    methods[label("equal values, equal score")] = "values"
    shown = {label("Share who bought"): "bought", label("Number of customers"): "customers"}
    return Explorer(
        partial(draw_rfm, catalogue=catalogue),
        "crm-rfm",
        method=choice(label("Fifths"), methods, "independent"),
        show=choice(label("Shown"), shown, "bought"),
        r_from=slider(label("R from"), 1, 5, 3, 1),
        f_from=slider(label("F from"), 1, 5, 2, 1),
        m_from=slider(label("M from"), 1, 5, 1, 1),
    )


SAMPLES, MOST = 10, 8


@cache
def _habits():
    """The habits of lab 5, and the same scaled."""
    habits = qinghe.habits()
    return habits, clusters.scale(habits, log=["orders", "basket"]).to_numpy("float32")


@cache
def _clustered(k):
    """Clusters of all customers as each of the samples would draw them; sample 0 is the customers themselves.

    The samples and the starts are those of `segmentation.choose_k`: picture and chapter tell the same stability.
    """
    from sklearn.metrics import adjusted_rand_score

    habits, points = _habits()
    turn = np.lexsort(points.T)
    _, samples = clusters.draw_samples(len(points), SAMPLES)
    models, found = clusters.kmeans(points[turn], k, samples)
    centres = [model.cluster_centers_ for model in models]
    order = np.argsort(np.argsort(-centres[0][:, list(habits).index("margin_rate")]))
    # A cluster keeps the colour of the nearest first centre; each colour is given once.
    matched = [_matched(((own[:, None] - centres[0][None]) ** 2).sum(axis=2)) for own in centres]
    back = np.argsort(turn)
    labels = [order[names][label[back]] for names, label in zip(matched, found, strict=True)]
    return labels, [adjusted_rand_score(labels[0], other) for other in labels]


def _matched(distance):
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment(distance)[1]


def draw_clusters(k, sample):
    """Draw the customers in the colours that one sample gives them, and say how far that is from sample 0."""
    habits, _ = _habits()
    labels, agreement = _clustered(k)
    own = pd.Series(labels[sample], index=habits.index)
    # The number of the sample stands in the legend: a new title would have the picture measured anew.
    words = {"title": say(f"Customers in {k} clusters (invented data)", f"客户分成 {k} 类（虚构数据）")}
    words["legend"] = say(f"sample {sample}", f"第 {sample} 次抽样")
    picture = plots.clusters(habits, own, x="promoted_share", y="margin_rate", **words)
    moved, stable = (labels[sample] != labels[0]).mean(), float(np.mean(agreement[1:]))
    smallest = own.value_counts().min()
    return picture, say(
        f"k = {k}, sample {sample}: {moved:.0%} of the {len(habits):,} customers are in another cluster than at first. "
        f"Agreement over all {SAMPLES} samples (1 = the same): {stable:.2f}. "
        f"The smallest cluster holds {smallest:,} customers.",
        f"k = {k}，第 {sample} 次抽样：{len(habits)} 个客户里有 {moved:.0%} 换了类。{SAMPLES} 次抽样的平均吻合程度"
        f"（1 为完全一致）：{stable:.2f}。最小的一类有 {smallest} 人。",
    )


def cluster_explorer():
    """Choose the number of clusters and see whether they come back (lab 5)."""
    for k in range(2, MOST + 1):  # once, so that no slider waits
        _clustered(k)
    return Explorer(
        draw_clusters,
        "crm-clusters",
        k=slider(label("Number of clusters"), 2, MOST, 4, 1),
        sample=slider(label("Draw again"), 0, SAMPLES, 0, 1),
    )


def draw_tiers(budget, vip, dormant, tiers, best_plan):
    """Draw what the reader's division of a budget earns in each tier, beside the best one."""
    best = best_plan(budget)
    whole = max(vip + dormant, 1)  # more than all the money cannot be given: both are cut in proportion
    regular = max(whole - vip - dormant, 0)  # dust in the last digit is no spend below 0
    shares = pd.Series({"VIP": vip, "regular": regular, "dormant": dormant}) / whole
    yours = segmentation.tier_value(tiers, shares * budget / tiers["customers"])
    both = pd.DataFrame({"your_division": yours["profit"], "best_division": best["profit"]})
    picture = plots.bars(both, y=label("Profit (yuan)"), title=label("What care earns in each tier (invented data)"))
    earned, most = yours["profit"].sum(), best["profit"].sum()
    mine, ideal = ([tell(plan.loc[tier, "spend"], ".1f") for tier in shares.index] for plan in (yours, best))
    return picture, say(
        f"Yours, a head: VIP {mine[0]} yuan, regular {mine[1]}, dormant {mine[2]}: "
        f"profit {earned:,.0f}. Best: {ideal[0]}, {ideal[1]}, {ideal[2]}: {most:,.0f}. "
        f"You give away {most - earned:,.0f} yuan.",
        f"你的人均：VIP {mine[0]} 元，普通 {mine[1]} 元，沉睡 {mine[2]} 元，"
        f"多赚 {earned:,.0f} 元。最佳：{ideal[0]}、{ideal[1]}、{ideal[2]} 元，"
        f"多赚 {most:,.0f} 元。你少赚 {most - earned:,.0f} 元。",
    )


@takes_givens
def tier_explorer(tiers, budget):
    """Let the reader divide a budget (yuan, at first) for care between `segmentation.tier_plan`'s tiers (section 6)."""
    best_plan = cache(partial(segmentation.tier_plan, tiers))
    return Explorer(
        partial(draw_tiers, tiers=tiers, best_plan=best_plan),
        "crm-tiers",
        budget=slider(label("Budget (yuan)"), 5_000, 100_000, budget, 5_000, format=",d"),
        vip=slider(label("Share for VIPs"), 0.0, 1.0, 0.6, 0.05, format=".0%"),
        dormant=slider(label("Share for dormant"), 0.0, 1.0, 0.1, 0.05, format=".0%"),
    )
