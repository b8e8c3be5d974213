"""Exercises of chapter 05: the answers, and the usual wrong roads."""

from functools import cache

import pandas as pd

from crmlib import datasets, qinghe, segmentation, value
from crmlib.exercises import Exercise, Road

CUT = qinghe.FIRST_YEAR_ENDS


@cache
def _truth():
    return datasets.load_qinghe_truth_customers().set_index("customer_id")


# ---------------------------------------------------------------- section 1


def _agreed():
    records = qinghe.records()
    return records[records["consent"] == 1]


def _everybody_less_agreed():
    return len(_agreed()) - qinghe.person().nunique()


def _surplus(consent=True):
    records = _agreed() if consent else qinghe.records()
    return len(records) - qinghe.person()[records.index].nunique()


def _of_people_with_several():
    own = qinghe.person()[_agreed().index]
    return own.duplicated(keep=False).sum()


@cache
def _by_phone():
    same = (qinghe.likeness()["phone"] == 1).astype(int)
    return segmentation.precision_recall(segmentation.link(qinghe.records(), same, 1), _truth()["person_id"])


@cache
def _at_four_points():
    found = segmentation.precision_recall(
        segmentation.link(qinghe.records(), segmentation.match_score(qinghe.likeness()), 4), _truth()["person_id"]
    )
    return float(found["found"] - found["right"])


@cache
def _careless():
    people = qinghe.records().groupby(qinghe.person()).first()
    return people[["gender", "birthday", "market"]].dropna(subset="birthday")


def _alone(rule="year", known=("birthday", "market"), what="unique"):
    table = _careless() if rule is None else segmentation.generalise(_careless(), {"birthday": rule})
    return float(segmentation.k_anonymity(table, list(known))[what])


def _alone_groups():
    table = segmentation.generalise(_careless(), {"birthday": "year"})
    return float((table.groupby(["birthday", "market"]).size() == 1).mean())


# ---------------------------------------------------------------- section 2


def _class(measure, cuts=(0.8, 0.95), households=False, year=2025):
    account = qinghe.account(year)
    if households:
        account = account[(qinghe.records()["kind"].groupby(qinghe.person()).first() == "household")[account.index]]
    return segmentation.abc(account.reset_index(), value=measure, customer_id="person", cuts=cuts)["class"]


def _share_a(measure="gross_margin", classes="A", **options):
    return float(_class(measure, **options).isin(list(classes)).mean())


def _share_of_first_fifth():
    ranked = segmentation.abc(qinghe.account(2025).reset_index(), value="gross_margin", customer_id="person")
    return float(ranked.loc[ranked["customers"] <= 0.2, "cumulative_share"].max())


def _profit_of(measure="revenue", classes="B"):
    grade = _class(measure)
    return qinghe.account(2025).loc[grade.index[grade.isin(list(classes))], "profit"]


# ---------------------------------------------------------------- section 3


def _by_hand(rows=False, one_record=False, to_the_end=False, first=False):
    orders = qinghe.orders()
    own = orders[(orders["person"] == "C1372") & (to_the_end | (orders["date"] <= CUT))]
    if one_record:
        own = own[own["customer_id"] == own["customer_id"].iloc[0]]
    day = pd.Timestamp("2025-12-31") if to_the_end else CUT
    last = own["date"].min() if first else own["date"].max()
    return (day - last).days, len(own) if rows else own["date"].nunique(), float(own["amount"].sum())


def _own():
    return qinghe.orders()[(qinghe.orders()["person"] == "C1372") & (qinghe.orders()["date"] <= CUT)]


def _span():
    own = _own()
    return (own["date"].max() - own["date"].min()).days, own["date"].nunique(), float(own["amount"].sum())


@cache
def _halves():
    test = datasets.load_qinghe_campaigns().query("campaign == 'spring_coupon'")
    february = segmentation.rfm(
        qinghe.retail()[qinghe.retail()["date"] > "2024-02-29"],
        end="2025-02-28",
        customer_id="person",
        set_aside="missing ids",
    )
    test = test.assign(r=test["customer_id"].map(qinghe.person()).map(february["r"]))
    return test.pivot_table(index="r", columns="treated", values="ordered_30d")


def _overall():
    test = datasets.load_qinghe_campaigns().query("campaign == 'spring_coupon'")
    rates = test.groupby("treated")["ordered_30d"].mean()
    return 1000 * float(rates[1] - rates[0])


def _more(r=4, treated=1, untreated=0):
    halves = _halves()
    return 1000 * float((halves.loc[r, 1] if treated else 0) - (halves.loc[r, 0] if untreated is not None else 0))


# ---------------------------------------------------------------- sections 4 to 7


def _captured(year=2024, measure="gross_margin", target="profit", share=0.2, column="captured"):
    scores, next_year = qinghe.scores(), qinghe.account(2025)
    past = qinghe.account(year)[[measure]].reindex(scores.index, fill_value=0)
    after = next_year[target].reindex(scores.index, fill_value=0)
    return float(segmentation.compare(past, after, share)[column].iloc[0])


def _share_of_margin():
    past, after = (
        qinghe.account(year)[["gross_margin"]].reindex(qinghe.scores().index, fill_value=0) for year in (2024, 2025)
    )
    return float(segmentation.compare(past, after["gross_margin"])["captured"].iloc[0])


def _same_people():
    past = qinghe.account(2024)["gross_margin"].reindex(qinghe.scores().index, fill_value=0)
    after = qinghe.account(2025)["profit"].reindex(qinghe.scores().index, fill_value=0)
    return float(segmentation.overlap(pd.DataFrame({"past": past, "after": after})).loc["past", "after"])


def _captured_by_rate():
    past = qinghe.account(2024).reindex(qinghe.scores().index)
    rate = (past["gross_margin"] / past["revenue"]).rename("rate").to_frame()
    return float(
        segmentation.compare(rate, qinghe.account(2025)["profit"].reindex(rate.index, fill_value=0))["captured"].iloc[0]
    )


@cache
def _captured_by_clv():
    june = segmentation.rfm(qinghe.retail(), end="2024-06-30", customer_id="person", set_aside="missing ids")
    again = qinghe.retail().loc[qinghe.retail()["date"].between("2024-07-01", CUT), "person"]
    stays = june.index.to_series().isin(again).groupby(june["r"]).mean()
    scores = qinghe.scores()
    clv = (
        qinghe.account(2024)["profit"].reindex(scores.index)
        / 2
        * value.margin_multiple(scores["r"].map(stays).to_numpy(), 0.05)
    )
    return float(
        segmentation.compare(
            clv.rename("clv").to_frame(), qinghe.account(2025)["profit"].reindex(scores.index, fill_value=0)
        )["captured"].iloc[0]
    )


def _whole_profit():
    return float(qinghe.account(2025)["profit"].reindex(qinghe.scores().index, fill_value=0).sum())


def _credit(firm="B02", days=45, column="revenue"):
    firms = datasets.load_qinghe_accounts().set_index("customer_id")
    return float(firms.loc[firm, "receivables"] - firms.loc[firm, column] / 365 * days)


def _best(budget=15_000):
    return float(segmentation.tier_plan(qinghe.tiers(), budget)["profit"].sum())


def _same(budget=15_000):
    return float(segmentation.tier_value(qinghe.tiers(), budget / qinghe.tiers()["customers"].sum())["profit"].sum())


def _same_per_tier(budget=15_000):
    return float(segmentation.tier_value(qinghe.tiers(), budget / 3 / qinghe.tiers()["customers"])["profit"].sum())


def _all_vip(budget=15_000):
    spend = {"VIP": budget / qinghe.tiers().loc["VIP", "customers"], "regular": 0, "dormant": 0}
    return float(segmentation.tier_value(qinghe.tiers(), spend)["profit"].sum())


EXERCISES = {
    "surplus_catalogues": Exercise(
        expected=lambda: _surplus() * 4 * 8,
        right={
            "en": "Right. And that is only printing and postage: the larger cost is that we do not know our customers.",
            "zh": "正确。这还只是印刷和邮寄的钱，更大的代价是不认识自己的客户。",
        },
        hints={
            "en": (
                "How many records have consent, and how many different persons are behind them? person[...].nunique() counts persons.",
                "Records less persons is the number of surplus catalogues of one mailing: times 4, times 8.",
            ),
            "zh": (
                "同意接收的记录有几条？后面是几个不同的人？person[...].nunique() 数人。",
                "记录数减人数，就是每次多寄的本数；再乘 4、乘 8。",
            ),
        },
        roads=(
            Road(
                "without_consent",
                lambda: _surplus(consent=False) * 4 * 8,
                "You counted records without consent, too. They get no catalogue at all, so nothing is saved on them.",
                "你把没同意接收的记录也算进去了。他们本来就一本也不寄，谈不上省。",
            ),
            Road(
                "one_mailing",
                lambda: _surplus() * 8,
                "That is one mailing. The catalogue goes out four times a year.",
                "这只是一次的。手册一年寄四次。",
            ),
            Road(
                "pieces_not_yuan",
                lambda: _surplus() * 4,
                "Those are catalogues. Each costs 8 yuan.",
                "这是本数，每本还要乘 8 元。",
            ),
            Road(
                "surplus_records",
                lambda: _surplus(),
                "That is the number of surplus records. Multiply by 4 mailings and 8 yuan.",
                "这是多余的记录数，还要乘 4 次、8 元。",
            ),
            Road(
                "everybody_twice",
                lambda: _of_people_with_several() * 4 * 8,
                "You counted all records of those who have several. Each of them should still get one catalogue.",
                "你把重复的人的全部记录都算成多余。每人还是要留一本。",
            ),
            Road(
                "pairs_for_records",
                lambda: float(_by_phone()["true"]) * 4 * 8,
                "You counted pairs. Five records are ten pairs, but only four catalogues too many.",
                "你数的是对数。五条记录有十对，多寄的却只有四本。",
            ),
            Road(
                "all_persons",
                lambda: _everybody_less_agreed() * 4 * 8,
                "You took all persons. Take those behind the records with consent.",
                "你减的是全部的人。两边都只数同意接收的。",
            ),
            Road(
                "what_remains",
                lambda: qinghe.person()[_agreed().index].nunique() * 4 * 8,
                "That is what the catalogues still cost afterwards. Asked is what is saved.",
                "这是改了以后还要花的钱，问的是省下多少。",
            ),
            Road(
                "all_catalogues",
                lambda: len(_agreed()) * 4 * 8,
                "That is what all catalogues cost. Only the second and third of a person are saved.",
                "这是全部手册的成本。省下的只是同一个人的第二本、第三本。",
            ),
        ),
    ),
    "strangers_merged": Exercise(
        expected=lambda: float(_by_phone()["found"] - _by_phone()["right"]),
        right={
            "en": "Right. Most of them are families who share a telephone: a wife would read her husband's purchases.",
            "zh": "正确。他们多半是合用一个电话的家人：妻子会看到丈夫买了什么。",
        },
        hints={
            "en": (
                "Which pairs did the rule link, and which of them are right? Both numbers stand in the first row of judged.",
                "Pairs of strangers = found − right.",
            ),
            "zh": (
                "这条规矩合并了多少对？其中多少对是对的？两个数都在 judged 的第一行。",
                "陌生人的对数 = found − right。",
            ),
        },
        roads=(
            Road(
                "missed",
                lambda: float(_by_phone()["true"] - _by_phone()["right"]),
                "Those are the pairs that the rule misses. Asked are those that it joins wrongly.",
                "这是漏掉的对数，问的是错合的对数。",
            ),
            Road(
                "all_found",
                lambda: float(_by_phone()["found"]),
                "Those are all linked pairs; most of them are right.",
                "这是合并的总对数，其中大多数是对的。",
            ),
            Road(
                "right_ones",
                lambda: float(_by_phone()["right"]),
                "Those are the right ones. Asked are the wrong ones.",
                "这是合对了的，问的是合错了的。",
            ),
            Road(
                "four_points",
                _at_four_points,
                "That is the threshold of 4 points in the table of costs. Asked is the rule with the telephone.",
                "这是成本表里 4 分那条线的，问的是“电话相同”。",
            ),
            Road(
                "rounded_precision",
                lambda: float(_by_phone()["found"]) * (1 - round(float(_by_phone()["precision"]), 2)),
                "You reckoned with the rounded per cent of the picture. Take found less right.",
                "你用了图上取整的百分比，请用 found 减 right。",
            ),
            Road(
                "yuan",
                lambda: 200 * float(_by_phone()["found"] - _by_phone()["right"]),
                "That is what the wrong links cost. Asked are pairs.",
                "这是错合的成本，问的是对数。",
            ),
            Road(
                "share",
                lambda: float(1 - _by_phone()["precision"]),
                "That is the share of wrong links. Asked is their number.",
                "这是错合的比例，问的是对数。",
            ),
            Road(
                "rounded_share",
                lambda: round(float(1 - _by_phone()["precision"]), 2),
                "That is the share of wrong links, rounded. Asked is their number.",
                "这是错合的比例（取整），问的是对数。",
            ),
            Road(
                "precision",
                lambda: float(_by_phone()["precision"]),
                "That is the precision. Asked is the number of wrong pairs.",
                "这是查准率，问的是错了多少对。",
            ),
        ),
    ),
    "still_alone": Exercise(
        expected=_alone,
        percent=True,
        tolerance=2e-3,
        right={
            "en": "Right: hardly anybody. One coarser column protects more than deleting all names did.",
            "zh": "正确：几乎没有了。把一列改粗一点，比删掉所有名字还管用。",
        },
        hints={
            "en": (
                'generalise(careless, {"birthday": "year"}) makes the table, k_anonymity(…, ["birthday", "market"]) judges it.',
                'The answer is the entry "unique" of what k_anonymity returns.',
            ),
            "zh": (
                '先用 generalise(careless, {"birthday": "year"})，再用 k_anonymity(…, ["birthday", "market"]) 检验。',
                '答案是 k_anonymity 结果里的 "unique"。',
            ),
        },
        roads=(
            Road(
                "full_birthday",
                lambda: _alone(rule=None),
                "That is with the full birthday. Generalise it to the year first.",
                "这是用完整生日算的。先改成年份。",
            ),
            Road(
                "with_gender",
                lambda: _alone(known=("gender", "birthday", "market")),
                "You kept the gender. The agency gives it up.",
                "你还留着性别，题目说不要了。",
            ),
            Road(
                "decade_with_gender",
                lambda: _alone(rule="decade", known=("gender", "birthday", "market")),
                "That is the decade with gender, read off the bars. Asked is the year without gender.",
                "这是图上“年代加性别”的数，问的是年份、不要性别。",
            ),
            Road(
                "year_and_gender",
                lambda: _alone(known=("gender", "birthday")),
                "That is year and gender without the town. Asked is year and town.",
                "这是年份加性别，没有城市。问的是年份加城市。",
            ),
            Road(
                "decade",
                lambda: _alone(rule="decade"),
                "That is the decade. The agency asks for the year.",
                "这是按年代算的，对方要的是年份。",
            ),
            Road(
                "groups",
                _alone_groups,
                "You took the share of the groups. Asked is the share of the people.",
                "你算的是组的比例，问的是人的比例。",
            ),
            Road(
                "year_only",
                lambda: _alone(known=("birthday",)),
                "You left out the town. With it, fewer people look alike.",
                "你漏了城市。加上城市，看起来一样的人就少了。",
            ),
            Road(
                "k",
                lambda: _alone(what="k"),
                "That is k, the smallest group. Asked is the share of people alone.",
                "这是 k，最小的一组有几人。问的是独一无二的人占多大比例。",
            ),
            Road(
                "all_people",
                lambda: _alone() * len(_careless()) / qinghe.person().nunique(),
                "You divided by all people. Divide by those in careless, whose birthday is known.",
                "你除的是全部的人，分母要用 careless 里有生日的人。",
            ),
            Road(
                "number_of_people",
                lambda: _alone() * len(_careless()),
                "That is the number of people. Divide by all.",
                "这是人数，还要除以总人数。",
            ),
        ),
    ),
    "class_a_by_margin": Exercise(
        expected=_share_a,
        percent=True,
        tolerance=4e-3,
        right={
            "en": "Right: more than by revenue, because the resellers' mountains of goods carry hardly any margin.",
            "zh": "正确：比按收入的多，因为转卖客户的货虽然堆成山，毛利却没多少。",
        },
        hints={
            "en": (
                'segmentation.abc(accounts.reset_index(), value=…, customer_id="person") as for the profit.',
                '(result["class"] == "A").mean() is the share of the customers.',
            ),
            "zh": (
                '照按利润的写法：segmentation.abc(accounts.reset_index(), value=…, customer_id="person")。',
                '看结果的 class 列等不等于 "A"，再取 .mean()，就是客户的比例。',
            ),
        },
        roads=(
            Road(
                "by_revenue",
                lambda: _share_a("revenue"),
                "That is by revenue. Asked is the gross margin.",
                "这是按收入分的，问的是按毛利。",
            ),
            Road(
                "by_profit",
                lambda: _share_a("profit"),
                "That is by profit, after the cost to serve. Asked is the gross margin.",
                "这是按利润分的（扣了服务成本），问的是按毛利。",
            ),
            Road(
                "a_and_b", lambda: _share_a(classes="AB"), "Those are A and B together.", "这是 A 类和 B 类合在一起。"
            ),
            Road("class_b", lambda: _share_a(classes="B"), "That is class B.", "这是 B 类。"),
            Road(
                "share_of_money",
                lambda: 0.8,
                "80% is the share of the money. Asked is the share of the customers who bring it.",
                "80% 是钱的比例，问的是带来这些钱的客户占多大比例。",
            ),
            Road(
                "twenty_eighty",
                lambda: 0.2,
                '"20% of the customers" is a saying. Count them.',
                "“20% 的客户”只是一句话，数一数才知道。",
            ),
            Road(
                "households_only",
                lambda: _share_a(households=True),
                "You took households only. The accounts hold the wholesale customers, too.",
                "你只算了家庭客户，accounts 里还有批发单位。",
            ),
            Road(
                "year_2024",
                lambda: _share_a(year=2024),
                "That is 2024. Asked are the accounts of 2025.",
                "这是 2024 年的，问的是 2025 年。",
            ),
            Road(
                "first_fifth",
                _share_of_first_fifth,
                "That is the share of the money that the first fifth brings. Asked is the share of customers who bring 80%.",
                "这是前五分之一的客户带来的钱占多少，问的是带来 80% 的客户占多少。",
            ),
            Road(
                "head_count",
                lambda: float((_class("gross_margin") == "A").sum()),
                "That is the number of customers. Asked is their share.",
                "这是客户个数，问的是比例。",
            ),
        ),
    ),
    "losers_in_b": Exercise(
        expected=lambda: int((_profit_of() < 0).sum()),
        tolerance=1e-6,
        right={
            "en": "Right. Together they lose some 530 yuan, the losers of class A four hundred times as much: leave these in peace.",
            "zh": "正确。他们一共才亏 530 元左右，A 类里亏钱的亏了四百倍：这些不值得操心。",
        },
        hints={
            "en": (
                'First the names of class B: by_revenue.index[by_revenue["class"] == "B"].',
                "Look up their profit in accounts and count the negative ones: (… < 0).sum().",
            ),
            "zh": (
                '先取 B 类客户：by_revenue.index[by_revenue["class"] == "B"]。',
                "再到 accounts 里查他们的利润，数一数小于 0 的有几个，用 .sum()。",
            ),
        },
        roads=(
            Road(
                "class_a",
                lambda: int((_profit_of(classes="A") < 0).sum()),
                "Those are the losers of class A. Asked is class B.",
                "这是 A 类里亏钱的，问的是 B 类。",
            ),
            Road(
                "only_resellers",
                lambda: 30,
                "Those are the thirty resellers, and they are class A.",
                "这是三十户转卖客户，他们在 A 类。",
            ),
            Road(
                "class_c",
                lambda: int((_profit_of(classes="C") < 0).sum()),
                "Those are the losers of class C. Asked is class B.",
                "这是 C 类里亏钱的，问的是 B 类。",
            ),
            Road(
                "a_and_b",
                lambda: int((_profit_of(classes="AB") < 0).sum()),
                "You took A and B.",
                "你把 A 类也算进去了。",
            ),
            Road(
                "all_losers",
                lambda: int((qinghe.account(2025)["profit"] < 0).sum()),
                "Those are all customers who lose money. Asked are those of class B.",
                "这是全部亏钱的客户，问的是 B 类里的。",
            ),
            Road(
                "from_b_to_c",
                lambda: int((_class("profit").reindex(_profit_of().index) == "C").sum()),
                "Those fell from B to C. But C by profit also holds people who earn a little; count the losses.",
                "这是从 B 掉到 C 的。可是按利润的 C 类里也有赚一点点的，要数亏钱的。",
            ),
            Road("all_of_b", lambda: len(_profit_of()), "That is all of class B.", "这是 B 类的全部人数。"),
            Road(
                "share",
                lambda: float((_profit_of() < 0).mean()),
                "That is a share. Asked is how many.",
                "这是比例，问的是几个。",
            ),
            Road(
                "yuan",
                lambda: float(_profit_of()[_profit_of() < 0].sum()),
                "That is how much they lose. Asked is how many they are.",
                "这是他们亏的钱，问的是几个人。",
            ),
        ),
    ),
    "rfm_by_hand": Exercise(
        expected=_by_hand,
        tolerance=1e-3,
        right={
            "en": "Right. Found only because her records were linked first: identification comes before classification.",
            "zh": "正确。先把她的几条记录合并了才算得对：先识别，后分类。",
        },
        hints={
            "en": (
                'Take the rows of orders with person == "C1372" and date up to 2024-12-31.',
                '(pd.Timestamp("2024-12-31") - last date).days; date.nunique(); amount.sum().',
            ),
            "zh": (
                '选出 orders 里 person == "C1372"、日期到 2024-12-31 为止的行。',
                '天数：用 pd.Timestamp("2024-12-31") 减去最后的日期，取 .days；次数：date.nunique()；金额：amount.sum()。',
            ),
        },
        roads=(
            Road(
                "rows",
                lambda: _by_hand(rows=True),
                "You counted orders. Two orders of one day are one purchase day.",
                "你数的是订单。同一天的两单只算一天。",
            ),
            Road(
                "one_record",
                lambda: _by_hand(one_record=True),
                "You took one record only. She bought with two: select by person, not by customer_id.",
                "你只取了一条记录。她那年用过两条：按 person 选，不要按 customer_id 选。",
            ),
            Road(
                "two_years",
                lambda: _by_hand(to_the_end=True),
                "You looked to the end of 2025. The day of scoring is 31 December 2024.",
                "你算到了 2025 年底。打分那天是 2024 年 12 月 31 日。",
            ),
            Road(
                "first_purchase",
                lambda: _by_hand(first=True),
                "You counted from the first purchase. Recency is the time since the last.",
                "你是从第一次购买算起的。R 要从最后一次算起。",
            ),
            Road(
                "first_to_last",
                _span,
                "That is the time from the first to the last purchase, the recency of chapter 04. In RFM it runs from the last purchase to today.",
                "这是从第一次到最后一次，是 04 章的 recency。RFM 里是从最后一次到今天。",
            ),
            Road(
                "scores",
                lambda: tuple(int(qinghe.scores().loc["C1372", score]) for score in "rfm"),
                "Those are the scores. Asked are days, days with a purchase and yuan.",
                "这是 R、F、M 的分数，问的是天数、次数、金额。",
            ),
            Road(
                "today_counted",
                lambda: (_by_hand()[0] + 1, *_by_hand()[1:]),
                "You counted the last day itself. Just subtract the two dates.",
                "今天不算，两个日期相减就行。",
            ),
            Road(
                "a_day_short",
                lambda: (_by_hand()[0] - 1, *_by_hand()[1:]),
                "You counted only the days in between. Just subtract the two dates.",
                "你只数了中间的日子，两个日期相减就行。",
            ),
            Road(
                "later_purchases",
                lambda: (-74, *_by_hand(to_the_end=True)[1:]),
                "Days before the last purchase? You took purchases of 2025, too. Leave out what came after 2024-12-31.",
                "天数怎么是负的？你用了 2025 年的购买。2024-12-31 以后的要去掉。",
            ),
            Road(
                "two_years_of_purchases",
                lambda: (_by_hand()[0], *_by_hand(to_the_end=True)[1:]),
                "The days are right, but purchases and yuan reach into 2025.",
                "天数对了，可次数和金额算到了 2025 年。",
            ),
            Road(
                "one_record_rows",
                lambda: _by_hand(rows=True, one_record=True),
                "You took one record only, and counted orders. Select by person, and count days.",
                "你只取了一条记录，数的还是订单。按 person 选，数天数。",
            ),
            Road(
                "cost",
                lambda: (*_by_hand()[:2], float(_own()["cost"].sum())),
                "That is what the goods cost us. M is what she paid: amount.",
                "这是成本。M 是她付的钱：amount。",
            ),
            Road(
                "per_order",
                lambda: (*_by_hand()[:2], float(_own()["amount"].mean())),
                "That is the average order. M is all that she spent.",
                "这是每单平均，M 是总共花了多少。",
            ),
            Road(
                "per_visit",
                lambda: (*_by_hand()[:2], _by_hand()[2] / _by_hand()[1]),
                "That is the average visit. M is all that she spent.",
                "这是每次平均，M 是总共花了多少。",
            ),
            Road(
                "order_swapped",
                lambda: (_by_hand()[1], _by_hand()[0], _by_hand()[2]),
                "Days and purchases are swapped.",
                "天数和次数写反了。",
            ),
        ),
    ),
    "samples_break_even": Exercise(
        expected=lambda: 18 / (240 * 0.25),
        percent=True,
        right={
            "en": "Right: three in ten. So rich a sample can only go to few, and only those count who would not have come anyway.",
            "zh": "正确：十个里要有三个。这么贵的小样只能给少数人，而且本来就会来的不能算数。",
        },
        hints={
            "en": ("What does an answer leave? 25% of 240 yuan.", "Divide the 18 yuan by it."),
            "zh": ("有人响应，留下多少？240 元的 25%。", "用 18 元除以它。"),
        },
        roads=(
            Road(
                "revenue",
                lambda: 18 / 240,
                "You divided by the revenue. Only 25% of it is margin.",
                "你除的是销售额，其中只有 25% 是毛利。",
            ),
            Road(
                "upside_down",
                lambda: 240 * 0.25 / 18,
                "Turned round: the cost is divided by the margin.",
                "倒过来了：成本除以毛利。",
            ),
            Road(
                "cost_of_goods",
                lambda: 18 / (240 * 0.75),
                "You took the 75% that the goods cost. The margin is the 25%.",
                "你用的是成本那 75%，毛利是 25%。",
            ),
            Road(
                "margin_less_cost",
                lambda: 18 / (240 * 0.25 - 18),
                "You subtracted the cost from the margin as well. At the break-even response × margin = cost.",
                "你又从毛利里减了一次成本。保本就是：响应率 × 毛利 = 成本。",
            ),
            Road(
                "margin_rate",
                lambda: 0.25 * 18 / 240,
                "You multiplied by 25% where you should divide: the margin is 240 × 0.25.",
                "该除的地方你乘了：毛利是 240 × 0.25，放在分母上。",
            ),
            Road(
                "rate_itself",
                lambda: 0.25,
                "That is the margin rate. First make it yuan: 25% of 240; then divide the cost by it.",
                "这是毛利率。先换成元：240 元的 25%；再用成本除以它。",
            ),
            Road(
                "margin",
                lambda: 240 * 0.25,
                "That is the margin of an answer. Divide the cost by it.",
                "这是一次响应的毛利，还要用成本除以它。",
            ),
        ),
    ),
    "more_buyers": Exercise(
        expected=_more,
        right={
            "en": "Right: some five in a hundred, give or take nine. The others with a coupon would have come anyway, and now pay 10% less.",
            "zh": "正确：每百张多来五个上下，误差有九个。其余拿着券来的，不发也会来，只是现在少付一成。",
        },
        hints={
            "en": (
                "Two shares stand in the row of R = 4: with and without coupon.",
                "The difference is what the coupon changed; times 1,000.",
            ),
            "zh": ("R=4 那一行有两个比例：发券的和不发券的。", "两者之差才是券的作用，再乘 1000。"),
        },
        roads=(
            Road(
                "all_buyers",
                lambda: _more(untreated=None),
                "Those are all who buy with a coupon. Most would have bought without: subtract them.",
                "这是发了券来买的全部人数。多数人不发也会来，要减掉。",
            ),
            Road(
                "without",
                lambda: -_more(treated=0),
                "Those are the buyers without a coupon.",
                "这是不发券时来买的人数。",
            ),
            Road("r_5", lambda: _more(5), "That is R = 5. Asked is R = 4.", "这是 R=5，问的是 R=4。"),
            Road("r_3", lambda: _more(3), "That is R = 3. Asked is R = 4.", "这是 R=3，问的是 R=4。"),
            Road(
                "read_off",
                lambda: 50.0,
                "Read off the bars, that is rounded. Take the shares from halves.",
                "图上是取整的 45% 和 50%，请用 halves 里的数。",
            ),
            Road(
                "per_hundred",
                lambda: _more() / 10,
                "That is for 100 coupons. Asked are 1,000.",
                "这是每百张的，问的是 1000 张。",
            ),
            Road(
                "five_hundred",
                lambda: _more() / 2,
                "That is for 500 coupons. All 1,000 are sent.",
                "这是 500 张的。1000 张都发出去了。",
            ),
            Road("overall", _overall, "That is all customers together. Asked is R = 4.", "这是全体客户，问的是 R=4。"),
            Road(
                "mean_of_fifths",
                lambda: sum(map(_more, range(1, 6))) / 5,
                "That is the mean of the five fifths. Asked is R = 4.",
                "这是五档的平均，问的是 R=4。",
            ),
            Road(
                "share",
                lambda: _more() / 1000,
                "That is the difference of the shares. For 1,000 coupons multiply by 1,000.",
                "这是比例之差，1000 张券还要乘 1000。",
            ),
            Road(
                "relative",
                lambda: 1000 * (_halves().loc[4, 1] / _halves().loc[4, 0] - 1),
                "You took the growth in per cent of the buyers. Asked are buyers per 1,000 coupons: the difference of the two shares.",
                "你算的是增长了百分之几。问的是每 1000 张券多几个人：两个比例相减。",
            ),
            Road("sign", lambda: -_more(), "Turned round: with coupon less without.", "减反了：发券的减不发券的。"),
        ),
    ),
    "unscaled": Exercise(
        expected=lambda: str(qinghe.habits().std().idxmax()),
        right={
            "en": "Right. Its differences are hundreds of yuan, those of the shares are below 1: the yardstick decides, not the customer.",
            "zh": "正确。金额一差就是几百元，占比最多差 1：说了算的是尺子，不是客户。",
        },
        hints={
            "en": (
                "k-means measures distances. Which column has the largest differences in its own unit?",
                "habits.std() gives the spread of each column; .idxmax() names the largest.",
            ),
            "zh": (
                "k-means 靠距离分组。哪一列的数值差得最大？",
                "habits.std() 给出每列的标准差，.idxmax() 给出最大的那一列的名字。",
            ),
        },
        roads=(
            Road(
                "chinese_heading",
                lambda: "每单金额",
                "The right habit. Write the name of its column in English: one of those listed in the exercise.",
                "意思对了，请写英文列名，从题目列的几个里选。",
            ),
            Road(
                "no_column",
                lambda: "spend",
                "habits has no column of that name. The six names stand in the exercise.",
                "habits 里没有这一列，六个列名都写在题目里。",
            ),
            Road(
                "orders",
                lambda: "orders",
                "Orders spread by about ten, but another column by hundreds.",
                "单数只差十来单，有一列差的是几百。",
            ),
            Road(
                "promoted_share",
                lambda: "promoted_share",
                "A share lies between 0 and 1: its distances are tiny.",
                "占比在 0 到 1 之间，拉不开距离。",
            ),
            Road(
                "margin_rate",
                lambda: "margin_rate",
                "The margin has the smallest spread of all.",
                "毛利率的标准差是最小的。",
            ),
            Road(
                "evening_share",
                lambda: "evening_share",
                "A share lies between 0 and 1: its distances are tiny.",
                "占比在 0 到 1 之间，拉不开距离。",
            ),
            Road(
                "app_share",
                lambda: "app_share",
                "It has a large spread among the shares, but the yuan are in hundreds.",
                "在几个占比里它差得最大，可金额差的是几百。",
            ),
        ),
    ),
    "captured": Exercise(
        expected=_captured,
        percent=True,
        tolerance=3e-3,
        right={
            "en": "Right: hardly better than revenue. The resellers' margin is thin, but on such mountains of goods it still beats every family's; only the cost to serve shows them.",
            "zh": "正确：比按收入好不了多少。转卖客户的毛利薄，可是货堆成山，还是压过每一户人家；不算服务成本，就看不出来。",
        },
        hints={
            "en": (
                'segmentation.compare takes a table with one column a method: last_year[["gross_margin"]].',
                'The second argument is future["profit_2025"]; the answer stands in the column captured.',
            ),
            "zh": (
                'segmentation.compare 要一张表，每列一种方法：last_year[["gross_margin"]]。',
                '第二个参数是 future["profit_2025"]，答案在 captured 列。',
            ),
        },
        roads=(
            Road(
                "exam_paper_seen",
                lambda: _captured(2025),
                "You took the gross margin of 2025: on the day of scoring nobody knew it. Use that of 2024.",
                "你用了 2025 年的毛利：打分那天谁也不知道。要用 2024 年的。",
            ),
            Road(
                "next_revenue",
                lambda: _captured(target="revenue"),
                "That is the share of the revenue of 2025. Asked is the profit.",
                "这是 2025 年收入的比例，问的是利润。",
            ),
            Road(
                "lift",
                lambda: _captured(column="lift"),
                "That is the lift, how many times better than by lot. Asked is the share captured.",
                "这是提升倍数（比抽签好几倍），问的是找到的比例。",
            ),
            Road(
                "of_best",
                lambda: _captured(column="of_best"),
                "That is the share of what hindsight would capture. Asked is the share of all profit.",
                "这是占“未卜先知”的比例，问的是占全部利润的比例。",
            ),
            Road(
                "by_revenue", lambda: _captured(measure="revenue"), "That is the list by revenue.", "这是按收入的名单。"
            ),
            Road(
                "margin_2025",
                _share_of_margin,
                "That is the share of the margin of 2025. Asked is the profit.",
                "这是占 2025 年毛利的比例，问的是利润。",
            ),
            Road(
                "margin_rate",
                _captured_by_rate,
                "You ranked by the margin rate. Asked is the gross margin in yuan.",
                "你按毛利率排了，问的是毛利有多少元。",
            ),
            Road(
                "same_people",
                _same_people,
                "That is the share of people on both lists, this one and the best of 2025. Asked is the share of the profit.",
                "这是两份名单重合的户数比例，问的是利润的比例。",
            ),
            Road("by_clv", _captured_by_clv, "That is the list by CLV.", "这是按 CLV 的名单。"),
            Road(
                "yuan",
                lambda: _captured() * _whole_profit(),
                "Those are yuan. Divide by the whole profit.",
                "这是元，还要除以总利润。",
            ),
            Road(
                "by_profit",
                lambda: _captured(measure="profit"),
                "That is the list by profit (or a share of 2024 instead of the profit of 2025).",
                "这是按利润的名单（要不就是占 2024 年的比例，问的是 2025 年的利润）。",
            ),
            Road(
                "top_tenth",
                lambda: _captured(share=0.1),
                "That is the top tenth. Asked is the top fifth.",
                "这是前十分之一，问的是前五分之一。",
            ),
        ),
    ),
    "credit_above": Exercise(
        expected=_credit,
        tolerance=4e-3,
        right={
            "en": "Right: nearly half of what Mars owes is above what was agreed. The interest is small, the risk is not.",
            "zh": "正确：火星欠的钱，将近一半超过了约定。利息不多，风险不小。",
        },
        hints={
            "en": ("45 days of purchases are revenue / 365 × 45.", "Subtract them from the receivables."),
            "zh": ("45 天的进货额 = 收入 / 365 × 45。", "用应收账款减去它。"),
        },
        roads=(
            Road(
                "the_limit",
                lambda: 100_000 - _credit(),
                "That is the limit itself. Asked is what lies above it.",
                "这是额度本身，问的是超出多少。",
            ),
            Road(
                "thirty_days",
                lambda: _credit(days=30),
                "You took 30 days. Mars may pay after 45.",
                "你按 30 天算了，火星的账期是 45 天。",
            ),
            Road(
                "year_of_360_days",
                lambda: 100_000 - 420_000 / 360 * 45,
                "You reckoned with 360 days a year. Take 365.",
                "你按一年 360 天算了，请用 365。",
            ),
            Road(
                "sign", lambda: -_credit(), "Turned round: the receivables less the limit.", "减反了：应收账款减额度。"
            ),
            Road(
                "revenue_less_limit",
                lambda: 420_000 - (100_000 - _credit()),
                "You subtracted the limit from the revenue. Subtract it from the receivables.",
                "你用收入减了额度，要用应收账款减。",
            ),
            Road(
                "cost_of_goods",
                lambda: _credit(column="cost_of_goods"),
                "You took the cost of the goods. Mars owes the selling price.",
                "你用的是销货成本，客户欠的是售价。",
            ),
            Road(
                "everything",
                lambda: _credit(days=0),
                "Those are all receivables. 45 days of them are agreed.",
                "这是全部应收账款，其中 45 天是约定好的。",
            ),
            Road(
                "interest",
                lambda: 0.06 * _credit(),
                "That is a year's interest on it. Asked is the amount.",
                "这是它一年的利息，问的是金额。",
            ),
            Road("station", lambda: _credit("B01"), "That is the group-buying station (B01).", "这是团购站（B01）的。"),
            Road(
                "days",
                lambda: 365 * 100_000 / 420_000 - 45,
                "Those are days. Asked are yuan.",
                "这是天数，问的是金额。",
            ),
        ),
    ),
    "small_budget": Exercise(
        expected=lambda: _best() - _same(),
        right={
            "en": "Right. With so little money the plan gives the dormant hardly half a yuan a head; the same for all would give them 3.7.",
            "zh": "正确。钱这么少，最佳分法给沉睡客户每人只有半元多，人人一样却要给 3.7 元。",
        },
        hints={
            "en": (
                "The best: tier_plan(tiers, 15_000); add up its profit.",
                "The same for every head: tier_value(tiers, 15_000 / number of customers); add up its profit; subtract.",
            ),
            "zh": (
                "最佳：tier_plan(tiers, 15_000)，把 profit 加起来。",
                "人人一样：用 15_000 除以总人数，交给 tier_value，把 profit 加起来，再相减。",
            ),
        },
        roads=(
            Road(
                "old_budget",
                lambda: _best(50_000) - _same(50_000),
                "That is with 50,000 yuan. The budget is 15,000 now.",
                "这是 5 万元时的。现在预算是 15000 元。",
            ),
            Road(
                "in_proportion",
                lambda: 0.3 * (_best(50_000) - _same(50_000)),
                "You took 30% of the advantage at 50,000 yuan. It does not shrink in proportion: compute it anew.",
                "你把 5 万元时的差额乘了 0.3。优势不会按比例缩小，要重新算。",
            ),
            Road(
                "old_per_head",
                lambda: _best() - _same(50_000),
                "You left per_head as it was for 50,000 yuan. Both divisions get 15,000.",
                "per_head 还是 5 万元时的。两种分法都只有 15000 元。",
            ),
            Road(
                "old_plan",
                lambda: _best(50_000) - _same(),
                "You took the plan for 50,000 yuan. Both divisions get 15,000.",
                "你用的是 5 万元的最佳分法。两种分法都只有 15000 元。",
            ),
            Road(
                "share", lambda: _best() / _same() - 1, "That is a share. Asked are yuan.", "这是比例，问的是多少元。"
            ),
            Road(
                "same_per_tier",
                lambda: _best() - _same_per_tier(),
                "You gave every tier the same. Asked is the same for every head: divide by the number of customers.",
                "你给每一层一样多。题目是人人一样多：要除以总人数。",
            ),
            Road(
                "best_alone",
                lambda: _best(),
                "That is the best profit alone. Subtract that of the equal division.",
                "这只是最佳分法的利润，还要减去人人一样时的。",
            ),
            Road("same_alone", lambda: _same(), "That is the equal division alone.", "这只是人人一样时的利润。"),
            Road(
                "sign",
                lambda: _same() - _best(),
                "Turned round: the best less the equal division.",
                "减反了：最佳的减人人一样的。",
            ),
            Road(
                "against_vip",
                lambda: _best() - _all_vip(),
                "You compared with all for the VIPs. Asked is the same for every head.",
                "你比的是全给 VIP，题目是人人一样多。",
            ),
            Road(
                "whole_budget_each",
                lambda: _best() - float(segmentation.tier_value(qinghe.tiers(), 15_000)["profit"].sum()),
                "You gave 15,000 yuan to every single customer. Divide the budget by the number of customers.",
                "你给每个客户都发了 15000 元。要用预算除以总人数。",
            ),
        ),
    ),
}
