"""Exercises of chapter 03: the answers, and the usual wrong roads."""

from functools import cache

import pandas as pd

from crmlib import datasets, lifecycle
from crmlib.exercises import Exercise, Road

END = "2025-12-31"
CHANCE = [0.30, 0.20, 0.15, 0.05]


@cache
def _customers():
    return datasets.load_qinghe_customers()


@cache
def _orders():
    orders, rates = datasets.load_qinghe_orders(), datasets.load_qinghe_activity_rates()["household"]
    service = (
        rates["orders"]
        + rates["deliveries"] * (orders["delivery"] != "none")
        + rates["rush_deliveries"] * (orders["delivery"] == "rush")
    )
    return orders.assign(service=service, margin=orders["amount"] - orders["cost"])


@cache
def _persons():
    """The ordinary households with one file: the stage letters of 2025, by customer."""
    customers = _customers()
    ordinary = customers[(customers["kind"] == "household") & customers["manager"].isna()]
    persons = datasets.load_qinghe_truth_customers().drop_duplicates("person_id", keep=False)
    persons = persons[persons["customer_id"].isin(ordinary["customer_id"])]
    return persons.set_index("customer_id")["stages"].str[12:]


@cache
def _book():
    orders = _orders()
    return orders[orders["customer_id"].isin(_persons().index)]


@cache
def _joined():
    return _customers().set_index("customer_id")["joined"].reindex(_persons().index)


@cache
def _contacts():
    return datasets.load_qinghe_contacts()


@cache
def _worth(money="net"):
    """What a household is worth in 2025, by its stage in January: contribution less what is spent on it."""
    orders = _book()[_book()["date"] >= "2025-01-01"]
    value = orders["amount"] if money == "amount" else orders["amount"] - orders["cost"] - orders["service"]
    a_head = value.groupby(orders["customer_id"]).sum().reindex(_persons().index, fill_value=0)
    if money == "net":
        sent = _contacts()[_contacts()["date"] >= "2025-01-01"]
        a_head -= sent.groupby("customer_id")["cost"].sum().reindex(_persons().index, fill_value=0)
    return a_head.groupby(_persons().str[0].map(lifecycle.STAGE_LETTERS)).mean()


def _turned():
    return _worth()["maturity"] - _worth()["decline"]


@cache
def _nameless(money="margin", years=(2025,), each=None):
    """Margin a year of a nameless shopper, if she comes as often as a household in the file."""
    orders = _orders()[_orders()["date"].dt.year.isin(years)]
    managed = _customers().loc[_customers()["manager"].notna(), "customer_id"]
    named, filed = (
        orders[orders["customer_id"].isna()],
        orders[orders["customer_id"].notna() & ~orders["customer_id"].isin(managed)],
    )
    a_year = len(filed) / filed["customer_id"].nunique()
    if each == "order":
        return named[money].mean()
    if each == "member":
        return filed[money].sum() / filed["customer_id"].nunique()
    return named[money].sum() / (len(named) / a_year)


def _welcome(each="head"):
    """What the welcome costs: all contacts of a head, or one."""
    costs = _contacts().loc[_contacts()["purpose"] == "welcome"]
    return costs["cost"].mean() if each == "contact" else costs.groupby("customer_id")["cost"].sum().mean()


def _class(share=0.30, cost=40, to="growth", origin="development", worth=None):
    worth = _worth() if worth is None else worth
    return share * (worth[to] - (worth[origin] if origin else 0)) / cost


@cache
def _june_hits():
    """How often the section's rule hits on 30 June, and how many of those in decline it finds."""
    guess = lifecycle.stage_at(_book(), "2025-06-30", joined=_joined()) == "decline"
    truth = _persons().str[5] == "R"
    hits = (guess & truth).sum()
    return hits / guess.sum(), hits / truth.sum()


@cache
def _alarms(**rules):
    ends = pd.date_range("2025-03-31", END, freq="QE")
    truth = lifecycle.read_stages(_persons().str[2::3], ends) == "decline"
    alarm = lifecycle.stages(_book(), ends, lifecycle.StageRules(**rules), joined=_joined()) == "decline"
    return (alarm & truth).sum(), alarm.sum(), truth.sum()


def _calls(cost=6, hit=None, only=None, **rules):
    hits, calls, _ = _alarms(**({"silent_days": 60, "lost_days": 150, "fall_ratio": 0.01} | rules))
    if only is not None:
        hits, calls = hits.iloc[only], calls.iloc[only]
    return (0.15 * _turned() if hit is None else hit) * hits.sum() - cost * calls.sum()


@cache
def _cdnow_table():
    return lifecycle.cohorts(datasets.load_cdnow_master())


def _buyers(cohort, age):
    return _cdnow_table().iloc[cohort, age]


def _cdnow(cohort="1997-02-01"):
    return lifecycle.retention(_cdnow_table()).loc[cohort]


@cache
def _new(everybody):
    return _book() if everybody else _book()[_book()["customer_id"].map(_joined()) >= "2024-01-01"]


@cache
def _newcomers(everybody=False):
    return lifecycle.cohorts(_new(everybody), period="quarter", end=END)


@cache
def _left(everybody=False, money="left"):
    """Yuan a household by cohort and quarter: revenue, gross margin, contribution, or what is left after later contacts."""
    log, quarters = _new(everybody), {"period": "quarter", "end": END, "values": "amount"}
    first = log.groupby("customer_id")["date"].min()
    later = _contacts()[_contacts()["customer_id"].isin(first.index) & (_contacts()["purpose"] != "welcome")]
    minus = {"amount": [], "margin": ["cost"], "contribution": ["cost", "service"], "left": ["cost", "service"]}[money]
    table = lifecycle.cohorts(log, **quarters)
    a_head = table - sum(lifecycle.cohorts(log, amount=column, **quarters) for column in minus)
    if money == "left":
        a_head = a_head - lifecycle.cohorts(later, joined=first, amount="cost", **quarters)
    return a_head.div(lifecycle.cohort_sizes(table), axis=0)


def _paid_back(ages=slice(0, 1), winning=450, cohort="2024-01-01", **money):
    return _left(**money).loc[cohort, ages].sum() / winning


def _placed(years, start=1, at=5):
    chain = lifecycle.recency_chain(CHANCE)
    place = pd.Series([1000.0 if state == start else 0.0 for state in chain.index], index=chain.index)
    for _ in range(years):
        place = place @ chain
    return place[at]


def _policy(cost, discount=0.20):
    return lifecycle.mailing_policy(CHANCE, margin=40, cost=cost, discount=discount)


def _price(chance=0.05, discount=0.20, stop=3, discounted=True):
    """The cost at which one more letter brings what it costs; what a customer is worth falls in a straight line with the cost."""
    free, dear = _policy(0, discount).loc[stop, 1], _policy(4, discount).loc[stop, 1]
    share = chance / (1 + discount if discounted else 1)
    return share * free / (1 + share * (free - dear) / 4)


@cache
def _offer(campaign="autumn_gift", day="2025-09-01", low=60, high=150):
    people = datasets.load_qinghe_campaigns().query("campaign == @campaign").set_index("customer_id")
    last = _orders().loc[_orders()["date"] < day].groupby("customer_id")["date"].max()
    days = (pd.Timestamp(day) - last.reindex(people.index)).dt.days
    shares = people[(days > low) & (days <= high)].groupby("treated")["ordered_30d"].mean()
    return shares[0], shares[1]


@cache
def _order(money="contribution"):
    orders = _book()[_book()["date"] >= "2025-01-01"]
    value = {
        "contribution": orders["amount"] - orders["cost"] - orders["service"],
        "margin": orders["margin"],
        "amount": orders["amount"],
    }
    return value[money].mean()


def _gift(money="contribution", price=12, everybody=False, **group):
    without, treated = _offer(**group)
    return 100 * (treated * _order(money) - price * (1 if everybody else treated) - without * _order(money))


EXERCISES = {
    "dearest_name": Exercise(
        expected=lambda: 0.15 * _nameless(),
        right={
            "en": "Right. That pays for a single contact of the welcome, not for the usual three: a name is no gold mine. What it is good for later (a complaint that reaches us, a call in time) comes on top, if somebody uses it.",
            "zh": "正确。只够迎新联系一次，不够平常的三次：留个姓名，赚不了大钱。往后的好处（投诉有人接、该打电话时打得出去）另算，前提是有人去用。",
        },
        hints={
            "en": (
                "What does a nameless shopper leave in a year already? Only what comes on top of it is the name's merit.",
                "Multiply margin_a_shopper by 0.15.",
            ),
            "zh": (
                "一位不知姓名的顾客一年本来就留下多少？在这之上多出来的，才是姓名的功劳。",
                "用 margin_a_shopper 乘以 0.15。",
            ),
        },
        roads=(
            Road(
                "what_comes_already",
                _nameless,
                "That is what the shopper brings already, without a name. Pay for the 15% on top only.",
                "这是顾客不留姓名也会带来的。只能为多出来的 15% 付钱。",
            ),
            Road(
                "revenue",
                lambda: 0.15 * _nameless("amount"),
                "You took 15% of the revenue. Goods must be paid from it: take the margin.",
                "你算的是收入的 15%。货款要从里面出，应该用毛利。",
            ),
            Road(
                "per_order",
                lambda: 0.15 * _nameless(each="order"),
                "That is 15% of one order. The card works all the year: take margin_a_shopper.",
                "这是一张订单的 15%。会员卡管一整年，用 margin_a_shopper。",
            ),
            Road(
                "like_a_member",
                lambda: 0.15 * _nameless(each="member"),
                "You took the margin of households in the file. The card is offered to the nameless, whose baskets are different.",
                "你用的是有档案住户的毛利。卡是发给没留姓名的顾客的，他们的购物篮不一样。",
            ),
            Road(
                "old_and_new",
                lambda: 1.15 * _nameless(),
                "That is all they will buy, old and new together. Only the new 0.15 is the name's merit.",
                "这是原来的和多出来的加在一起。只有多出来的 0.15 才是姓名的功劳。",
            ),
            Road(
                "two_years",
                lambda: 0.15 * _nameless(years=(2024, 2025)),
                "You counted two years of orders. The money is to come back within one.",
                "你把两年的订单都算上了。题目要求一年之内收回。",
            ),
            Road(
                "the_welcome",
                _welcome,
                "That is what a welcome costs now. Asked is what it may cost, if it brings 15% more.",
                "这是现在迎新花的钱。问的是多买 15% 的话，最多可以花多少。",
            ),
            Road(
                "one_contact",
                lambda: _welcome("contact"),
                "That is what one contact of the welcome costs. Asked is what a name may cost, if it brings 15% more.",
                "这是迎新联系一次花的钱。问的是多买 15% 的话，一个姓名最多可以花多少。",
            ),
            Road(
                "welcome_taken_off",
                lambda: _nameless() - _welcome(),
                "You subtracted the welcome from all that the shopper brings. Only 15% of it is new.",
                "你从顾客带来的全部毛利里减去了迎新的花费。新增的只有其中 15%。",
            ),
            Road(
                "contact_taken_off",
                lambda: _nameless() - _welcome("contact"),
                "You subtracted a contact from all that the shopper brings. Only 15% of it is new.",
                "你从顾客带来的全部毛利里减去了一次联系的花费。新增的只有其中 15%。",
            ),
            Road(
                "what_remains",
                lambda: 0.15 * _nameless() - _welcome(),
                "You also took the welcome off. Asked is how dear the name may be, before it is paid.",
                "你又减掉了迎新的花费。问的是一个姓名最多花多少，先不付。",
            ),
            Road(
                "break_even_share",
                lambda: _welcome() / _nameless(),
                "That is the share they must buy more to pay for the welcome of today. Asked are yuan.",
                "这是要付得起现在的迎新、得多买的比例。问的是元数。",
            ),
        ),
    ),
    "cooking_class": Exercise(
        expected=_class,
        right={
            "en": "Right: less than 1, so the class loses money within the year, though it moves twice as many as the recipe call, which pays. What counts is neither the success nor the price, but the one over the other.",
            "zh": "正确。小于 1，当年是亏的；推动的人是菜谱电话的两倍，菜谱电话反而赚。只看成功率不行，只看价钱也不行，要看每块钱换回多少。",
        },
        hints={
            "en": (
                "What is gained when one household moves from development to growth? The difference of two worths.",
                "0.30 × (worth of growth − worth of development) / 40.",
            ),
            "zh": (
                "一户从客户开发期走到客户成长期，多得的是两个阶段价值的差。",
                "0.30 ×（成长期的价值 − 开发期的价值）/ 40。",
            ),
        },
        roads=(
            Road(
                "whole_worth",
                lambda: _class(origin=None),
                "You counted the whole worth of a growing household. It was worth something before: take the difference.",
                "你把成长期的全部价值都算上了。这一户原来也有价值，要用差额。",
            ),
            Road(
                "everybody_moves",
                lambda: _class(share=1),
                "You moved all hundred. Only 30 of them go on.",
                "你让一百户全都往前走了。走的只有三十户。",
            ),
            Road(
                "from_prospect",
                lambda: _class(origin="potential"),
                "You started from the prospect stage. These households have already ordered once.",
                "你从潜在客户期算起了。这些住户已经下过第一单。",
            ),
            Road(
                "to_maturity",
                lambda: _class(to="maturity"),
                "You let them jump to maturity. The class brings them to growth.",
                "你让他们一步跳到成熟期了。烹饪课只推到成长期。",
            ),
            Road(
                "per_head",
                lambda: _class(cost=1),
                "Those are yuan per head. Asked is what comes back per yuan: divide by the 40.",
                "这是每户多得的元数。问的是每花一元换回多少：还要除以 40。",
            ),
            Road(
                "net_per_head",
                lambda: _class(cost=1) - 40,
                "Those are yuan per head, the cost taken off. Divide by the 40 instead.",
                "这是每户扣掉花费以后的元数。不要减，要除以 40。",
            ),
            Road(
                "thirty_times",
                lambda: _class(share=30),
                "30 of a hundred is 0.30, not 30.",
                "一百户里三十户要写成 0.30，不写 30。",
            ),
            Road(
                "the_recipe_call",
                lambda: _class(share=0.15, cost=15),
                "That is the recipe call. The class costs 40 and moves 30 of a hundred.",
                "这是菜谱电话的数。烹饪课每户 40 元，一百户推动三十户。",
            ),
            Road(
                "recipe_calls_share",
                lambda: _class(share=0.15),
                "15 of a hundred is the recipe call. The class moves 30.",
                "一百户推动十五户的是菜谱电话，烹饪课推动三十户。",
            ),
            Road(
                "prospects_to_development",
                lambda: _class(origin="potential", to="development"),
                "You moved prospects to development. The class moves development to growth.",
                "你把潜在客户期推到了开发期。烹饪课是从开发期推到成长期。",
            ),
            Road(
                "investment_forgotten",
                lambda: _class(worth=_worth("contribution")),
                "You forgot what Qinghe spends on them anyway: take `worth`, which counts it.",
                "你没扣青禾本来就要花在他们身上的钱：用 worth，里面已经扣了。",
            ),
            Road(
                "upside_down",
                lambda: 1 / _class(),
                "That is how many yuan one must spend for one. Turn it round.",
                "这是换回一元要花多少元，要倒过来。",
            ),
            Road(
                "net",
                lambda: _class() - 1,
                "You subtracted the yuan that was spent. Asked is what comes back, before that.",
                "你把花掉的一元减掉了。问的是换回多少，先不减。",
            ),
            Road(
                "revenue",
                lambda: _class(worth=_worth("amount")),
                "You compared revenue. Goods, service and investment must be paid first: take `worth`.",
                "你比的是收入。货款、服务成本和投入都要先扣，用 worth。",
            ),
        ),
    ),
    "visit_hits": Exercise(
        expected=lambda: 20 / (0.40 * _turned()),
        percent=True,
        right={
            "en": "Right. The visit succeeds far more often than the call, so it may hit almost as rarely, though it costs three times as much. The next question is how often it really succeeds.",
            "zh": "正确。拜访的成本是电话的三倍多，可是成功率高得多，所以命中率差不多低也不亏。下一个要问的是：成功率真有这么高吗？",
        },
        hints={
            "en": (
                "What does one visit earn that reaches somebody in decline? 40 of a hundred are turned, each worth more by maturity less decline.",
                "Divide the 20 yuan by 0.40 × (worth of maturity − worth of decline).",
            ),
            "zh": (
                "拜访到一个正在衰退的人，平均赚多少？一百户拉回四十户，每户多值（成熟期 − 衰退期）。",
                "用 20 元除以 0.40 ×（成熟期的价值 − 衰退期的价值）。",
            ),
        },
        roads=(
            Road(
                "calls_break_even",
                lambda: 6 / (0.15 * _turned()),
                "That is how often the short call must hit. The visit costs 20 and turns 40 of a hundred.",
                "这是简短电话至少要有的命中率。拜访一次 20 元，一百户拉回四十户。",
            ),
            Road(
                "cost_added",
                lambda: 20 / (20 + 0.40 * _turned()),
                "You added the 20 yuan to the gain. Each visit costs 20, whether it hits or not: share × gain = 20 is all you need.",
                "你把 20 元加到收益里了。每次拜访不管中不中都是 20 元，只要“比例 × 收益 = 20”。",
            ),
            Road(
                "cost_taken_off",
                lambda: 20 / (0.40 * _turned() - 20),
                "You took the 20 yuan off the gain. Each visit costs 20, whether it hits or not: share × gain = 20 is all you need.",
                "你从收益里减掉了 20 元。每次拜访不管中不中都是 20 元，只要“比例 × 收益 = 20”。",
            ),
            Road(
                "share_that_may_miss",
                lambda: 1 - 20 / (0.40 * _turned()),
                "That is the share that may miss. Asked is the share that must hit.",
                "这是可以打空的比例。问的是必须打中的比例。",
            ),
            Road(
                "everybody_turned",
                lambda: 20 / _turned(),
                "You let every visit in decline succeed. It turns 40 of a hundred.",
                "你让每次拜访都成功了。一百户只拉回四十户。",
            ),
            Road(
                "the_calls_success",
                lambda: 20 / (0.15 * _turned()),
                "That is the call's 15 of a hundred. The visit turns 40.",
                "15 是电话的成功率。拜访是一百户拉回四十户。",
            ),
            Road(
                "the_calls_price",
                lambda: 6 / (0.40 * _turned()),
                "You used the 6 yuan of the call. A visit costs 20.",
                "你用的是电话的 6 元。拜访一次 20 元。",
            ),
            Road(
                "whole_worth",
                lambda: 20 / (0.40 * _worth()["maturity"]),
                "You counted all that a mature household brings. In decline it would bring something too: take the difference.",
                "你把成熟期的全部价值都算上了。衰退的住户也还有贡献，要用差额。",
            ),
            Road(
                "hits_of_the_rule",
                lambda: _june_hits()[0],
                "That is how often the rule of this section hits. Asked is how often it must hit.",
                "这是本节规则的命中率。问的是至少要命中多少。",
            ),
            Road(
                "misses_of_the_rule",
                lambda: _june_hits()[1],
                "That is the share of those in decline whom the rule finds. Asked is a share of the visits.",
                "这是正在衰退的人里被找到的比例。问的是拜访里命中的比例。",
            ),
            Road(
                "upside_down",
                lambda: 0.40 * _turned() / 20,
                "You divided the gain by the cost. The share is cost over gain, and below 1.",
                "你用收益除以成本了。这个比例是成本除以收益，小于 1。",
            ),
            Road(
                "forty_is_the_answer",
                lambda: 0.40,
                "0.40 is how often a visit to somebody in decline succeeds. Asked is how many of the visits must reach such a person.",
                "0.40 是拜访正在衰退的人的成功率。问的是有多少拜访要碰上这样的人。",
            ),
        ),
    ),
    "silence_only": Exercise(
        expected=_calls,
        tolerance=5e-3,
        right={
            "en": "Right. Compare with the rule that also looks at falls (60 and 150 days): it calls more people, hits just as often, and earns more at 6 yuan. A fall tells something too, and misses cost more than false alarms.",
            "zh": "正确。跟同时看“单数减少”的规则（也是 60 天和 150 天）比：后者电话打得多，命中率却不低，6 元一个赚得更多。单数减少也是信号，而且漏报比误报贵。",
        },
        hints={
            "en": (
                "count(silent_days=60, lost_days=150, fall_ratio=0.01) gives the calls and the hits of all four quarter ends.",
                'Take its "hits" times hit, less its "calls" times 6.',
            ),
            "zh": (
                "count(silent_days=60, lost_days=150, fall_ratio=0.01) 给出四个季度末一共打了多少、打对多少。",
                '用其中的 "hits" 乘以 hit，减去 "calls" 乘以 6。',
            ),
        },
        roads=(
            Road(
                "falls_too",
                lambda: _calls(fall_ratio=0.5),
                "Falls in the number of orders still count in your rule: fall_ratio=0.01 switches them off.",
                "你的规则里“单数减少”还算数：用 fall_ratio=0.01 关掉它。",
            ),
            Road(
                "old_limits",
                lambda: _calls(silent_days=120, lost_days=270),
                "You kept the limits of 120 and 270 days. Decline here means 60 to 150 days.",
                "你还用着 120 天和 270 天的界线。这里 60 到 150 天算衰退。",
            ),
            Road(
                "no_upper_limit",
                lambda: _calls(lost_days=270),
                "Your decline goes on to 270 days: you call many who have long since left. lost_days=150.",
                "你的衰退一直算到 270 天，电话打给了许多早就走了的人。lost_days=150。",
            ),
            Road(
                "cost_forgotten",
                lambda: _calls(cost=0),
                "You forgot the 6 yuan of each call, false alarms included.",
                "你忘了每个电话的 6 元，误报的也要算。",
            ),
            Road(
                "only_false_alarms_cost",
                lambda: _calls(hit=0.15 * _turned() + 6),
                "You charged the false alarms only. A call that hits costs 6 yuan too.",
                "你只算了误报的电话费。打对的电话也要 6 元。",
            ),
            Road(
                "every_hit_succeeds",
                lambda: _calls(hit=_turned()),
                "You let every hit come back. Only 15 of a hundred are turned.",
                "你让打对的人全回来了。一百户只拉回十五户。",
            ),
            *(
                Road(
                    f"quarter_{quarter + 1}",
                    lambda quarter=quarter: _calls(only=[quarter]),
                    "That is one quarter end alone. Add all four.",
                    "这只是一个季度末。四次要加起来。",
                )
                for quarter in range(4)
            ),
            Road(
                "mean_of_quarters",
                lambda: _calls() / 4,
                "That is the mean of the four quarter ends. Asked are all four together.",
                "这是四个季度末的平均。问的是四次一共。",
            ),
            Road(
                "rounded_hit",
                lambda: _calls(hit=round(0.15 * _turned())),
                "You used the rounded number of the prose. Take `hit` itself: small roundings, times hundreds of hits, grow.",
                "你用的是正文里四舍五入的数。请用 hit 本身：一点零头乘上几百次命中，就不小了。",
            ),
            Road(
                "old_start",
                lambda: _calls(silent_days=120),
                "You kept the 120 days. Decline begins at 60 here.",
                "你还用着 120 天。这里 60 天就算衰退。",
            ),
            Road(
                "price_30",
                lambda: _calls(cost=30),
                "You paid the 30 yuan of the personal call; here a call is 6.",
                "你按专人电话的 30 元算了，这里一个电话 6 元。",
            ),
            Road(
                "price_8",
                lambda: _calls(cost=8),
                "You paid 8 yuan a call; here it is 6.",
                "你按 8 元一个算了，这里是 6 元。",
            ),
            Road(
                "price_3",
                lambda: _calls(cost=3),
                "You paid 3 yuan a call; here it is 6.",
                "你按 3 元一个算了，这里是 6 元。",
            ),
        ),
    ),
    "in_april": Exercise(
        expected=lambda: _cdnow()[2],
        percent=True,
        right={
            "en": "Right: about one in nine. Age 0 is the month of the first purchase, so April is age 2 of the February cohort.",
            "zh": "正确：大约九个里有一个。第 0 个月是首次购买的那个月，所以 4 月是 2 月这一届的第 2 个月。",
        },
        hints={
            "en": (
                "The row is 1997-02-01. Which age is April?",
                'February is age 0, March 1, April 2: kept.loc["1997-02-01", 2].',
            ),
            "zh": (
                "行是 1997-02-01。4 月是第几个月？",
                '2 月是第 0 个月，3 月第 1，4 月第 2：kept.loc["1997-02-01", 2]。',
            ),
        },
        roads=(
            Road(
                "counted_from_one",
                lambda: _cdnow()[3],
                "That is May. The month of the first purchase is age 0.",
                "这是 5 月。首次购买的那个月是第 0 个月。",
            ),
            Road(
                "one_too_early",
                lambda: _cdnow()[1],
                "That is March: one month after February.",
                "这是 3 月，2 月之后的第一个月。",
            ),
            Road(
                "fourth_column",
                lambda: _cdnow()[4],
                "4 is the number of the month in the year; the columns count months since February.",
                "4 是月份，表的列数的是 2 月之后第几个月。",
            ),
            Road(
                "january",
                lambda: _cdnow("1997-01-01")[3],
                "That is April too, but of the January cohort. Take the row of February.",
                "这也是 4 月，不过是 1 月那一届的。请看 2 月那一行。",
            ),
            Road(
                "march",
                lambda: _cdnow("1997-03-01")[1],
                "That is April too, but of the March cohort. Take the row of February.",
                "这也是 4 月，不过是 3 月那一届的。请看 2 月那一行。",
            ),
            Road(
                "read_off_the_map",
                lambda: round(_cdnow()[2], 2),
                "You read the rounded number off the map; take it from kept.",
                "图上的数是四舍五入的，请从 kept 里取。",
            ),
            Road(
                "of_january",
                lambda: _buyers(1, 2) / _buyers(0, 0),
                "You divided by the size of the January cohort. Divide by that of February.",
                "你除以的是 1 月那一届的人数。应该除以 2 月这一届的。",
            ),
            Road(
                "march_row",
                lambda: _cdnow("1997-03-01")[2],
                "Age 2 is right, the row is not: this is the cohort of March. Take the row of February.",
                "第 2 个月对了，行不对：这是 3 月那一届。请看 2 月那一行。",
            ),
            Road(
                "january_row",
                lambda: _cdnow("1997-01-01")[2],
                "Age 2 is right, the row is not: this is the cohort of January. Take the row of February.",
                "第 2 个月对了，行不对：这是 1 月那一届。请看 2 月那一行。",
            ),
            Road(
                "of_the_month_before",
                lambda: _cdnow()[2] / _cdnow()[1],
                "You divided by those who bought in March. The share is of all who began in February.",
                "你除以的是 3 月买过的人。比例是对 2 月开始的全体说的。",
            ),
            Road(
                "buyers",
                lambda: _buyers(1, 2),
                "Those are people. Divide by the size of the cohort.",
                "这是人数，还要除以这一届的人数。",
            ),
        ),
    ),
    "after_half_a_year": Exercise(
        expected=lambda: lifecycle.retention_curve(_newcomers())["retention"][2],
        percent=True,
        tolerance=2e-3,
        right={
            "en": "Right: the two youngest cohorts are left out, because nobody can know them yet, below and above the line alike.",
            "zh": "正确：最年轻的两届还没走到这一步，谁也不知道，所以分子、分母都不算它们。",
        },
        hints={
            "en": (
                "Which cohorts have reached age 2? Those whose cell by_quarter[2] is not missing (.notna()).",
                "Of these cohorts only: the sum of column 2 divided by the sum of column 0.",
            ),
            "zh": (
                "哪几届已经走到第 2 个季度？就是 by_quarter[2] 不缺的那几届（.notna()）。",
                "只用这几届：第 2 列之和除以第 0 列之和。",
            ),
        },
        roads=(
            Road(
                "unknown_taken_for_zero",
                lambda: lifecycle.retention_curve(_newcomers(), censored=False)["retention"][2],
                "The trap of 4.1: you divided by all newcomers, also by those whose second quarter lies in the future.",
                "掉进 4.1 的陷阱了：分母里有第二个季度还没到的人。",
            ),
            Road(
                "average_of_rates",
                lambda: lifecycle.retention(_newcomers())[2].mean(),
                "You averaged the cohorts' rates as if all were of one size. Add up people, then divide.",
                "你把各届的比率直接平均，好像人数都一样。先把人数加起来，再相除。",
            ),
            Road(
                "old_members_too",
                lambda: lifecycle.retention_curve(_newcomers(everybody=True))["retention"][2],
                "The trap of 4.2: old members are in your table. Take by_quarter, not all_households.",
                "掉进 4.2 的陷阱了：表里混着老会员。用 by_quarter，不用 all_households。",
            ),
            Road(
                "one_quarter",
                lambda: lifecycle.retention_curve(_newcomers())["retention"][1],
                "That is one quarter after the first order. Half a year is two.",
                "这是第一单之后一个季度。半年是两个季度。",
            ),
            Road(
                "three_quarters",
                lambda: lifecycle.retention_curve(_newcomers())["retention"][3],
                "That is three quarters. Half a year is two.",
                "这是三个季度。半年是两个季度。",
            ),
            Road(
                "first_cohort",
                lambda: lifecycle.retention(_newcomers())[2].iloc[0],
                "That is the first cohort alone. Take all that have come so far.",
                "这只是第一届。要把走到这一步的各届合起来。",
            ),
            Road(
                "only_the_youngest_left_out",
                lambda: _newcomers()[2].sum() / _newcomers().iloc[:-1][0].sum(),
                "You left out the youngest cohort only. Two have not reached age 2 yet.",
                "你只去掉了最年轻的一届。没走到第 2 个季度的有两届。",
            ),
            Road(
                "six_for_months",
                lambda: lifecycle.retention_curve(_newcomers())["retention"][6],
                "That is age 6: a year and a half. The ages are quarters.",
                "这是第 6 个季度，也就是一年半。表的列数的是季度。",
            ),
            Road(
                "two_decimals",
                lambda: round(lifecycle.retention_curve(_newcomers())["retention"][2], 2),
                "You rounded to two decimals. Give three.",
                "你只留了两位小数，请留三位。",
            ),
            Road(
                "people",
                lambda: _newcomers()[2].sum(),
                "Those are households. Divide by those who began.",
                "这是户数，还要除以开始时的户数。",
            ),
            Road(
                "of_the_quarter_before",
                lambda: _newcomers()[2].sum() / _newcomers().loc[_newcomers()[2].notna(), 1].sum(),
                "You divided by those who bought the quarter before. The share is of all who began.",
                "你除以的是上个季度买过的人。比例是对开始时的全体说的。",
            ),
        ),
    ),
    "paid_back": Exercise(
        expected=_paid_back,
        percent=True,
        right={
            "en": "Right: a third after half a year, and all of it only in the second year. An honest cohort says it before the next raffle is paid for.",
            "zh": "正确。半年收回三分之一，全部收回要到第二年；有了一张诚实的分批表，下次抽奖付钱之前就知道了。",
        },
        hints={
            "en": (
                "The table left holds yuan a household, by cohort (row) and quarter since the first order (column).",
                "Take the row 2024-01-01 and the columns 0 and 1, add up, divide by 450.",
            ),
            "zh": (
                "left 表里是每户的元数，行是届，列是第一单之后第几个季度。",
                "取 2024-01-01 这一行的第 0、1 列，相加，再除以 450。",
            ),
        },
        roads=(
            Road(
                "revenue",
                lambda: _paid_back(money="amount"),
                "You compared revenue with the cost. Take left: goods, service and later contacts are paid there.",
                "你拿收入去比成本了。用 left，里面扣掉了货款、服务成本和后来的联系费用。",
            ),
            Road(
                "margin",
                lambda: _paid_back(money="margin"),
                "That is the gross margin of these households. Service and later contacts must be paid from it too: take left.",
                "这是这些住户自己的毛利。服务成本和后来的联系费用也要从里面出：用 left。",
            ),
            Road(
                "contribution",
                lambda: _paid_back(money="contribution"),
                "You forgot the contacts after the first order: take left.",
                "你没扣第一单之后的联系费用：用 left。",
            ),
            Road(
                "old_members_too",
                lambda: _paid_back(everybody=True),
                "The trap of 4.2: old members are in your cohort. Use left, which holds the newcomers.",
                "掉进 4.2 的陷阱了：这一届里混着老会员。用 left，里面只有新客户。",
            ),
            Road(
                "three_quarters",
                lambda: _paid_back(slice(0, 2)),
                "In pandas .loc[0:2] is three columns. The first two quarters are 0:1.",
                "pandas 的 .loc[0:2] 是三列。头两个季度是 0:1。",
            ),
            Road(
                "first_quarter_only",
                lambda: _paid_back(slice(0, 0)),
                "That is the first quarter only. Take ages 0 and 1.",
                "这只是第一个季度。要取第 0、1 季。",
            ),
            Road(
                "second_quarter_only",
                lambda: _paid_back(slice(1, 1)),
                "That is age 1 only. The first quarter is age 0.",
                "这只是第 1 季。第一个季度是第 0 季。",
            ),
            Road(
                "later_quarters",
                lambda: _paid_back(slice(1, 2)),
                "You took ages 1 and 2. The first two quarters are 0 and 1.",
                "你取的是第 1、2 季。头两个季度是第 0、1 季。",
            ),
            Road(
                "whole_year",
                lambda: _paid_back(slice(0, 3)),
                "That is the first year. Asked are two quarters.",
                "这是第一年。问的是头两个季度。",
            ),
            Road(
                "yuan",
                lambda: _paid_back(winning=1),
                "Those are yuan a household. Divide by the 450.",
                "这是每户的元数，还要除以 450。",
            ),
            Road(
                "upside_down",
                lambda: 1 / _paid_back(),
                "You divided the 450 by what came back. Turn it round.",
                "你用 450 除以收回的钱了，要倒过来。",
            ),
            Road("not_yet", lambda: 1 - _paid_back(), "That is what has not come back yet.", "这是还没收回的部分。"),
            Road(
                "all_newcomers",
                lambda: (
                    (
                        _left().loc[:, 0:1].mul(lifecycle.cohort_sizes(_newcomers()), axis=0).sum()
                        / _newcomers().notna().loc[:, 0:1].mul(lifecycle.cohort_sizes(_newcomers()), axis=0).sum()
                    ).sum()
                    / 450
                ),
                "That is the average of all newcomers. Take the cohort of the raffle, 2024-01-01.",
                "这是全部新客户的平均。要用抽奖那一届，2024-01-01。",
            ),
        ),
    ),
    "deleted": Exercise(
        expected=lambda: _placed(6),
        tolerance=2e-3,
        right={
            "en": "Right. After six years more than half are deleted, though each of them was a customer who had just ordered.",
            "zh": "正确。六年以后一大半被删掉了，而当初个个都是刚下过单的客户。",
        },
        hints={
            "en": (
                "Start with 1,000 in state 1 and multiply by the table once for each year.",
                "Six times place = place @ chain; then place[5].",
            ),
            "zh": ("从第 1 档 1000 人开始，每过一年乘一次表。", "place = place @ chain 做六次，再看 place[5]。"),
        },
        roads=(
            Road(
                "five_years",
                lambda: _placed(5),
                "That is after five years: one step is missing.",
                "这是五年以后，少走了一步。",
            ),
            Road(
                "seven_years",
                lambda: _placed(7),
                "That is after seven years: the start is year 0.",
                "这是七年以后，多走了一步：起点是第 0 年。",
            ),
            Road(
                "never_back",
                lambda: 1000 * 0.7 * 0.8 * 0.85 * 0.95,
                "That is after four years: those who stayed silent from the start. Some come back first and are deleted later.",
                "这是四年以后的人数，也就是从头到尾没出声的。还有人先回来，后来才被删。",
            ),
            Road(
                "still_there",
                lambda: 1000 - _placed(6),
                "Those are the ones who are still in the file.",
                "这是还在册的人。",
            ),
            Road(
                "sixth_year_alone",
                lambda: _placed(6) - _placed(5),
                "Those were deleted in the sixth year alone. Count all who have been deleted by then.",
                "这只是第六年里删的。要数到那时为止删掉的全部。",
            ),
            Road(
                "fourth_state_too",
                lambda: _placed(6) + _placed(6, at=4),
                "You added state 4: these are silent, but still in the file.",
                "你把第 4 档也加上了：那些人没出声，但还在册。",
            ),
            Road(
                "fourth_state",
                lambda: _placed(6, at=4),
                "That is state 4: silent for three years, and still written to.",
                "这是第 4 档：沉默了三年，还在寄。",
            ),
            Road(
                "share",
                lambda: _placed(6) / 1000,
                "That is a share. Asked are people of 1,000.",
                "这是比例。问的是 1000 人里有几人。",
            ),
        ),
    ),
    "break_even_price": Exercise(
        expected=_price,
        right={
            "en": "Right, and more than the 2 dollars of one order: the years to come are worth a fifth more. Below this price the second speaker would have been right.",
            "zh": "正确，比只看一单的 2 美元高出两成：这就是往后几年的价值。低于这个价，第二位就说对了。",
        },
        hints={
            "en": (
                "At this price p: p = 5% × (what a customer is worth who has come back) / 1.2. But that worth itself depends on p.",
                "mailing_policy(...).loc[3, 1] falls in a straight line with the cost: compute it at cost 0 and 4, or try prices between 2 and 3 until rows 3 and 4 of the policy agree.",
            ),
            "zh": (
                "设这个价是 p：p = 5% ×（请回来的客户的价值）/ 1.2。可是这个价值自己也随 p 变。",
                "mailing_policy(...).loc[3, 1] 随成本直线下降：算出成本为 0 和 4 时的值；或者在 2 和 3 之间一个一个试，直到第 3、4 两行相等。",
            ),
        },
        roads=(
            Road(
                "one_order",
                lambda: 0.05 * 40,
                "You counted one order only. Somebody who comes back is worth more than 40 dollars.",
                "你只算了一单。请回来的客户不止值 40 美元。",
            ),
            Road(
                "one_order_discounted",
                lambda: 0.05 * 40 / 1.2,
                "You counted one order only, and discounted it. Somebody who comes back is worth more than 40 dollars.",
                "你只算了一单，还折了现。请回来的客户不止值 40 美元。",
            ),
            Road(
                "worth_at_4_dollars",
                lambda: 0.05 * _policy(4).loc[3, 1] / 1.2,
                "Nearly: that is the worth when a catalogue costs 4 dollars. Cheaper catalogues make every customer worth more.",
                "差一点：这是目录 4 美元时的价值。目录便宜了，每位客户都更值钱。",
            ),
            Road(
                "worth_when_free",
                lambda: 0.05 * _policy(0).loc[3, 1] / 1.2,
                "That is the worth when catalogues are free. They cost what you are looking for.",
                "这是目录不要钱时的价值。目录的价正是你要求的数。",
            ),
            Road(
                "worth_going_on",
                lambda: 0.05 * _policy(4).loc[4, 1] / 1.2,
                "You took the worth of a customer when catalogues go up to state 4 and cost 4 dollars. A cheaper catalogue changes it.",
                "你用的是目录 4 美元、寄到第 4 档时的价值。目录便宜了，这个价值也变。",
            ),
            Road(
                "worth_not_discounted",
                lambda: 0.05 * _policy(4).loc[3, 1],
                "You forgot that she comes back a year from now (divide by 1.2); and the worth changes with the price.",
                "你忘了她一年以后才回来（要除以 1.2）；而且价变了，价值也变。",
            ),
            Road(
                "not_discounted",
                lambda: _price(discounted=False),
                "You forgot that she comes back a year from now: divide by 1.2.",
                "你忘了她一年以后才回来：要除以 1.2。",
            ),
            Road(
                "one_decimal",
                lambda: round(_price(), 1),
                "You rounded to one decimal. Give two.",
                "你只留了一位小数，请留两位。",
            ),
            Road(
                "third_state",
                lambda: _price(chance=0.15, stop=2),
                "That is the price for state 3 (15%). Asked is 3 or 4: the chance is 5%.",
                "这是第 3 档（15%）的价。问的是寄到第 3 档还是第 4 档：机会是 5%。",
            ),
            Road(
                "present_price",
                lambda: 4.0,
                "At 4 dollars stopping at 3 is better. Go lower.",
                "4 美元时停在第 3 档更好。价要再低。",
            ),
        ),
    ),
    "autumn_gift": Exercise(
        expected=_gift,
        right={
            "en": "Right. Now put it beside what the shares of spring would give for the same bag: two trials of one kind, two results. One trial is a hint, two are a beginning; chapter 08 asks whom an offer really moves.",
            "zh": "正确。再拿春天的比例、同样一袋红枣算一遍，比比看：同一种试验做两次，结果两样。试一次只是线索，两次才算开头；优惠到底推得动谁，第 08 章再查。",
        },
        hints={
            "en": (
                "Take the row two_to_five_months: the shares without and with the gift.",
                "100 × (with_offer × (leaves − 12) − without × leaves).",
            ),
            "zh": (
                "取 two_to_five_months 这一行：不送和送的下单比例。",
                "100 ×（with_offer ×（leaves − 12）− without × leaves）。",
            ),
        },
        roads=(
            Road(
                "no_control",
                lambda: 100 * _offer()[1] * (_order() - 12),
                "You left out the half without the gift: many would have ordered anyway. Subtract without × leaves.",
                "你没看不送礼的那一半：许多人本来就会下单。要减去 without × leaves。",
            ),
            Road(
                "coupon_for_gift",
                lambda: _gift(price=0.10 * _order("amount")),
                "You took off the tenth of the coupon. The gift costs 12 yuan.",
                "你扣的是优惠券的一成。礼物是 12 元。",
            ),
            Road(
                "coupon_and_gift",
                lambda: _gift(price=12 + 0.10 * _order("amount")),
                "You charged the coupon and the gift. In autumn there was only the gift.",
                "你把优惠券和礼物都扣了。秋天只有礼物。",
            ),
            Road(
                "points",
                lambda: 100 * (_offer()[1] - _offer()[0]),
                "Those are households that ordered because of the gift. Asked are yuan.",
                "这是因为礼物多下单的户数。问的是元数。",
            ),
            Road(
                "the_long_lost",
                lambda: _gift(low=150, high=9999),
                "That is the group silent for longer. Take those silent for two to five months.",
                "这是沉默更久的那组。要用沉默两到五个月的。",
            ),
            Road(
                "rounded_shares",
                lambda: 100 * (round(_offer()[1], 2) * (_order() - 12) - round(_offer()[0], 2) * _order()),
                "You used rounded shares. Take them from the table.",
                "比例不要先四舍五入，从表里取。",
            ),
            Road(
                "rounded_leaves",
                lambda: 100 * (_offer()[1] * (round(_order()) - 12) - _offer()[0] * round(_order())),
                "You used the rounded number of the prose. Take `leaves`.",
                "你用的是正文里四舍五入的数。请用 leaves。",
            ),
            Road(
                "all_rounded",
                lambda: (
                    100 * (round(_offer()[1], 2) * (round(_order()) - 12) - round(_offer()[0], 2) * round(_order()))
                ),
                "You used the rounded numbers. Take `leaves` and the shares of the table.",
                "你用的都是四舍五入的数。请用 leaves 和表里的比例。",
            ),
            Road(
                "gift_to_all",
                lambda: _gift(everybody=True),
                "You gave the gift to everybody on the list. It is handed out with an order only.",
                "你给名单上的人都送了。下单才送。",
            ),
            Road(
                "gift_forgotten", lambda: _gift(price=0), "You forgot the 12 yuan of the gift.", "你忘了礼物的 12 元。"
            ),
            Road(
                "gift_for_new_orders_only",
                lambda: 100 * (_offer()[1] - _offer()[0]) * (_order() - 12),
                "You charged the gift to the additional orders only. Everybody who orders gets it.",
                "你只把礼物算在多出来的单子上了。凡下单的都送。",
            ),
            Road(
                "spring",
                lambda: _gift(campaign="spring_coupon", day="2025-03-01"),
                "Those are the shares of spring. The gift was tried in autumn.",
                "这是春天的比例。礼物是秋天试的。",
            ),
            Road(
                "the_active",
                lambda: _gift(low=0, high=60),
                "That is the group that had ordered within two months. Take those silent for two to five.",
                "这是两个月内下过单的那组。要用沉默两到五个月的。",
            ),
            Road(
                "revenue",
                lambda: _gift("amount"),
                "You took the whole basket. Goods and service must be paid from it: take leaves.",
                "你用的是整个购物篮。货款和服务成本要从里面出，用 leaves。",
            ),
            Road(
                "margin",
                lambda: _gift("margin"),
                "You forgot the cost of taking and delivering the order: take leaves.",
                "你忘了接单、送货的成本：用 leaves。",
            ),
            Road(
                "per_household",
                lambda: _gift() / 100,
                "That is per household. Asked are a hundred.",
                "这是每户的数。问的是每一百户。",
            ),
            Road(
                "sign",
                lambda: -_gift(),
                "You subtracted the wrong way round: with the gift less without it.",
                "你减反了：应该是送的减去不送的。",
            ),
        ),
    ),
}
