"""Exercises of chapter 04: the answers, and the usual wrong roads."""

from functools import cache

import pandas as pd

from crmlib import datasets, value
from crmlib.exercises import Exercise, Road

CUT = pd.Timestamp("1997-09-30")


@cache
def _accounts():
    accounts, rates = datasets.load_qinghe_accounts(), datasets.load_qinghe_activity_rates()["business"]
    profit = accounts["revenue"] - accounts["cost_of_goods"] - accounts[rates.index] @ rates
    return accounts.assign(profit=profit), rates


def _losing():
    accounts, _ = _accounts()
    return accounts[accounts["profit"] < 0], accounts


def _losing_share(column):
    losing, accounts = _losing()
    return losing[column].sum() / accounts[column].sum()


def _rush_fee(times="rush_deliveries", extra=0.0):
    accounts, _ = _accounts()
    first = accounts.iloc[0]
    return -first["profit"] / first[times] + extra


def _high_end(renewals=3, discount=0.10, column="high_end", margin=600, last=7):
    survivors = 10 * datasets.load_sbg_survival().set_index("year").loc[0:last, column]
    return margin * value.ShiftedBetaGeometric().fit(survivors).expected_residual_lifetime(
        renewals=renewals, discount=discount
    )


def _high_end_one_rate(renewed=False):
    share = datasets.load_sbg_survival().set_index("year").loc[0:7, "high_end"]
    rate = share.loc[1:7].sum() / share.loc[0:6].sum()
    return 600 * (1 if renewed else rate) * value.clv(1, rate, 0.10, first_margin="now")


@cache
def _log():
    return datasets.load_cdnow_sample()


@cache
def _summary():
    return value.btyd_summary(_log(), calibration_end=CUT, end="1998-06-30", amount="amount")


@cache
def _model():
    return value.BetaGeoNBD().fit(_summary())


def _customer_61(unit=7, keep_first=False, since_last=False, rows=False, to_the_end=False):
    log = _log()
    dates = log.loc[(log["customer_id"] == 61) & (to_the_end | (log["date"] <= CUT)), "date"]
    days = dates if rows else dates.drop_duplicates()
    recency = (CUT - days.max()) if since_last else (days.max() - days.min())
    return len(days) - (not keep_first), recency.days / unit, (CUT - days.min()).days / unit


def _purchases(weeks=26, drop_single=False, new=False, only_repeaters=False):
    summary = _summary()
    if new:
        return float(_model().expected_purchases(weeks)) * len(summary)
    repeaters = summary[summary["frequency"] > 0]
    model = value.BetaGeoNBD().fit(repeaters) if drop_single else _model()
    return model.conditional_expected_purchases(weeks, repeaters if only_repeaters else summary).sum()


@cache
def _call_gains():
    summary = _summary()
    model = value.ParetoNBD().fit(summary)
    alive, expected = model.probability_alive(summary), model.conditional_expected_purchases(39, summary)
    spend = value.GammaGamma().fit(summary).expected_spend(summary)
    return pd.DataFrame({"alive": alive, "if_alive": expected / alive * spend, "expected": expected * spend})


def _calls(cost=6, share=0.30, comeback=0.25, base="if_alive", chance="gone", chosen="gain"):
    table = _call_gains()
    factor = {"gone": 1 - table["alive"], "alive": table["alive"], "all": 1}[chance]
    gain = factor * comeback * table[base] * share - cost
    letters = (1 - table["alive"]) * 0.10 * table["if_alive"] * 0.30 - 2
    return gain[{"gain": gain > 0, "everybody": gain.notna(), "letters": letters > 0}[chosen]].sum()


EXERCISES = {
    "losing_share": Exercise(
        expected=lambda: _losing_share("revenue"),
        percent=True,
        right={
            "en": "Right. More than half of the revenue earns nothing: growth in the wrong place makes a firm poorer.",
            "zh": "正确。一半以上的收入不赚钱：收入增长若来自亏损客户，规模越大亏得越多。",
        },
        hints={
            "en": (
                "Which rows have a negative profit? Select them with accounts[accounts[...] < 0].",
                "Add up the revenue of these rows and divide by the revenue of all twelve.",
            ),
            "zh": (
                "哪几行的利润是负数？用 accounts[accounts[...] < 0] 选出来。",
                "把这几行的收入加起来，除以十二个客户的总收入。",
            ),
        },
        roads=(
            Road(
                "share_of_customers",
                lambda: len(_losing()[0]) / len(_losing()[1]),
                "You counted customers: 5 of 12 lose money. Asked is their share of the revenue.",
                "你数的是客户个数：12 个里有 5 个亏钱。问的是他们占收入的比例。",
            ),
            Road(
                "only_the_biggest",
                lambda: _accounts()[0]["revenue"].iloc[0] / _accounts()[0]["revenue"].sum(),
                "That is the group-buying station alone. It is not the only customer that loses money.",
                "这只是团购站一家。亏钱的不止它。",
            ),
            Road(
                "the_good_ones",
                lambda: 1 - _losing_share("revenue"),
                "That is the share of the customers who earn money: the others are asked for.",
                "这是赚钱客户的收入占比，问的是另外那些。",
            ),
            Road(
                "loss_over_profit",
                lambda: -_losing()[0]["profit"].sum() / _losing()[1]["profit"].sum(),
                "You divided the losses by the final profit. The question is about revenue: add up the revenue of these customers.",
                "你用亏损额除以了最后的利润。问的是收入：把这些客户的收入加起来。",
            ),
            Road(
                "loss_over_peak",
                lambda: -_losing()[0]["profit"].sum() / _losing()[1]["profit"].clip(lower=0).sum(),
                "You divided the losses by what the others earn. The question is about revenue: add up the revenue of these customers.",
                "你用亏损额除以了其他客户赚的钱。问的是收入：把这些客户的收入加起来。",
            ),
            Road(
                "yuan",
                lambda: float(_losing()[0]["revenue"].sum()),
                "That is the revenue in yuan. Divide by the revenue of all.",
                "这是收入的金额，还要除以总收入。",
            ),
            Road(
                "gross_margin",
                lambda: (
                    (_losing()[0]["revenue"] - _losing()[0]["cost_of_goods"]).sum()
                    / (_losing()[1]["revenue"] - _losing()[1]["cost_of_goods"]).sum()
                ),
                "You took the gross margin; the question is about revenue.",
                "你用的是毛利，问的是收入。",
            ),
        ),
    ),
    "rush_fee": Exercise(
        expected=_rush_fee,
        right={
            "en": "Right. A fee a little below what a rush delivery costs already brings the account to zero.",
            "zh": "正确。收费比加急一次的成本还略低一点，这个客户就不亏了。",
        },
        hints={
            "en": (
                "The fee must make good the whole loss of the year.",
                "Divide the loss by the number of rush deliveries.",
            ),
            "zh": ("加急费要把全年的亏损补上。", "用亏损额除以加急次数。"),
        },
        roads=(
            Road(
                "all_deliveries",
                lambda: _rush_fee("deliveries"),
                "You spread the loss over all deliveries; the fee falls on the rush deliveries only.",
                "你把亏损摊到了全部送货上，而加急费只在加急时收。",
            ),
            Road(
                "cost_added_twice",
                lambda: _rush_fee(extra=_accounts()[1]["rush_deliveries"]),
                "You added the cost of a rush delivery once more; it is already in the loss.",
                "加急的成本已经算在亏损里了，你又加了一遍。",
            ),
            Road(
                "cost_instead_of_loss",
                lambda: _accounts()[1]["rush_deliveries"],
                "That is what a rush delivery costs us. The question is which fee brings the account to zero: start from the loss.",
                "这是加急一次的成本。问的是收多少才不亏：从亏损额算起。",
            ),
            Road(
                "not_divided",
                lambda: _rush_fee() * 200,
                "That is the loss of the year. Divide it by the number of rush deliveries.",
                "这是全年的亏损，还要除以加急次数。",
            ),
            Road(
                "whole_bill",
                lambda: float((_accounts()[0][_accounts()[1].index].iloc[0] @ _accounts()[1]) / 200),
                "You divided the whole cost to serve. The gross margin already pays most of it: start from the loss.",
                "你除的是全部服务成本。毛利已经补上了大部分：从亏损额算起。",
            ),
            Road(
                "sign",
                lambda: -_rush_fee(),
                "The size is right, the sign is not: a fee is money that we receive.",
                "数值对，符号反了：加急费是我们收进来的钱。",
            ),
        ),
    ),
    "milk_break_even": Exercise(
        expected=lambda: 150 * 1.01 / (30 + 150),
        percent=True,
        tolerance=2e-3,
        right={
            "en": "Right. The dairy has a margin of safety: 92% is well above the break-even retention.",
            "zh": "正确。乳品厂有余地：92% 比保本的留存率高出不少。",
        },
        hints={
            "en": (
                "Set the formula of section 2 equal to what the household costs to win, and solve for r.",
                "30 · r / (1.01 − r) = 150: multiply by (1.01 − r), bring all r to one side, divide.",
            ),
            "zh": (
                "让第 2 节的公式等于获客成本，解出 r。",
                "30 · r / (1.01 − r) = 150：两边同乘分母，把含 r 的项移到一边，再除。",
            ),
        },
        roads=(
            Road(
                "no_discount",
                lambda: 150 / (30 + 150),
                "You left out the discount: money next month is not money today.",
                "你没有折现：下个月的钱不等于今天的钱。",
            ),
            Road(
                "first_margin_now",
                lambda: 1.01 - 30 * 1.01 / 150,
                "You let the first margin come today. The first month is free: it comes after the first renewal.",
                "你让第一笔毛利今天就到了。头一个月免费，要等首次续订之后。",
            ),
            Road(
                "yearly_rate",
                lambda: 150 * 1.12 / (30 + 150),
                "You used a yearly discount rate (12%) in a monthly formula. All three numbers must be monthly.",
                "你把年折现率（12%）用在了按月的公式里。三个数都要按月。",
            ),
            Road(
                "price_for_margin",
                lambda: 150 * 1.01 / (120 + 150),
                "You took the price of the milk (120) for the margin (30).",
                "你把奶价（120）当成了毛利（30）。",
            ),
            Road(
                "certain_first_margin",
                lambda: 1.01 - 30 / 150,
                "You made the first margin certain; it depends on the first renewal.",
                "你把第一笔毛利当成一定会到，其实要看首次续订。",
            ),
        ),
    ),
    "cooled_box": Exercise(
        expected=lambda: value.clv(27, 0.94, 0.01) - value.clv(30, 0.92, 0.01),
        right={
            "en": "Right. Two points of retention are worth more than 3 yuan a month: buy the boxes.",
            "zh": "正确。两个百分点的留存率，比每月 3 元值钱：换奶箱。",
        },
        hints={
            "en": (
                "Compute the CLV twice: as it is, and with the box.",
                "With the box the margin is 27 and the retention 0.94.",
            ),
            "zh": ("算两次客户终身价值：现在的，和换奶箱以后的。", "换奶箱以后，毛利是 27，留存率是 0.94。"),
        },
        roads=(
            Road(
                "box_for_free",
                lambda: value.clv(30, 0.94, 0.01) - value.clv(30, 0.92, 0.01),
                "You raised the retention but forgot the 3 yuan a month that the box costs.",
                "你提高了留存率，却忘了奶箱每月要花 3 元。",
            ),
            Road(
                "paid_once",
                lambda: value.clv(30, 0.94, 0.01) - 3 - value.clv(30, 0.92, 0.01),
                "You paid the 3 yuan once. The box costs 3 yuan every month: it lowers the margin.",
                "3 元你只付了一次。奶箱每个月都要 3 元，减的是毛利。",
            ),
            Road(
                "cost_only",
                lambda: value.clv(27, 0.92, 0.01) - value.clv(30, 0.92, 0.01),
                "You counted the cost but not the higher retention.",
                "你只算了成本，没算留存率的提高。",
            ),
            Road(
                "new_value_only",
                lambda: value.clv(27, 0.94, 0.01),
                "That is the value with the box. Asked is the change: subtract the value of today.",
                "这是换奶箱以后的价值。问的是变化：再减去现在的价值。",
            ),
            Road(
                "sign",
                lambda: value.clv(30, 0.92, 0.01) - value.clv(27, 0.94, 0.01),
                "You subtracted the wrong way round: the change is the new value less the old one.",
                "你减反了：变化 = 新的价值 − 原来的价值。",
            ),
            Road(
                "certain_first_margin",
                lambda: value.clv(27, 0.94, 0.01, first_margin="end") - value.clv(30, 0.92, 0.01, first_margin="end"),
                "You made the first margin certain. In the dairy it comes after the first renewal.",
                "你把第一笔毛利当成一定会到，其实要等首次续订之后。",
            ),
            Road(
                "one_month",
                lambda: 27 * 0.94 - 30 * 0.92,
                "You compared one month only. The gain of retention lies in all the months after it.",
                "你只比了一个月。留存率的好处在后面所有的月份里。",
            ),
        ),
    ),
    "high_end_worth": Exercise(
        expected=_high_end,
        right={
            "en": "Right. Remember the sum when the customer asks for a small favour at renewal.",
            "zh": "正确。客户续约时要点小优惠，先拿这个数衡量值不值。",
        },
        hints={
            "en": (
                "Fit ShiftedBetaGeometric on 1000 × the column high_end, years 0 to 7.",
                "Ask the model for expected_residual_lifetime(renewals=3, discount=0.10) and multiply by 600.",
            ),
            "zh": (
                "用 1000 × high_end 列第 0 到 7 年的数据拟合 ShiftedBetaGeometric。",
                "再用 expected_residual_lifetime(renewals=3, discount=0.10)，乘以 600。",
            ),
        },
        roads=(
            Road(
                "years_not_yuan",
                lambda: _high_end(margin=1),
                "Those are years. Multiply by the 600 yuan that a year earns.",
                "这是年数，还要乘以每年赚的 600 元。",
            ),
            Road(
                "new_customer",
                lambda: _high_end(renewals=0),
                "That is a customer before the first renewal. Yours has renewed three times.",
                "这是首次续约之前的客户。题目里的客户已经续过三次。",
            ),
            Road(
                "after_the_fourth",
                lambda: _high_end(renewals=4),
                "You counted the coming renewal as made. It is not decided yet: renewals=3.",
                "你把还没决定的这一次也算成续过了，应该是 renewals=3。",
            ),
            Road(
                "regular",
                lambda: _high_end(column="regular"),
                "Those are the regular customers; take the column high_end.",
                "这是普通客户，请用 high_end 列。",
            ),
            Road(
                "one_too_few",
                lambda: _high_end(renewals=2),
                "You counted two renewals; he has made three.",
                "你只算了两次续约，他已经续过三次。",
            ),
            Road(
                "all_twelve_years",
                lambda: _high_end(last=12),
                "You fitted on all twelve years; the exercise allows years 0–7.",
                "你用了十二年的数据，题目只给第 0–7 年。",
            ),
            Road(
                "one_rate_after_renewal",
                lambda: _high_end_one_rate(renewed=True),
                "You used one average retention rate, and took the coming renewal for granted.",
                "你用了一个平均留存率，还把即将到来的续约当成了定局。",
            ),
            Road(
                "one_rate",
                _high_end_one_rate,
                "You used one average retention rate. Somebody who has renewed three times is no average customer.",
                "你用了一个平均留存率。续过三次约的人，已经不是平均的客户了。",
            ),
        ),
    ),
    "customer_61": Exercise(
        expected=_customer_61,
        tolerance=2e-3,
        right={
            "en": "Right: these three numbers are all that the model will know of customer 61.",
            "zh": "正确：对 61 号客户，模型只用这三个数。",
        },
        hints={
            "en": (
                "Take the rows of customer 61 up to the day, and keep each date once: .drop_duplicates().",
                "frequency = days − 1; recency = last − first; T = 30 September − first; a difference of dates has .days; divide by 7.",
            ),
            "zh": (
                "选出 61 号客户到那一天为止的记录，同一天只留一次，用 drop_duplicates()。",
                "frequency = 购买天数 − 1；recency = 最后一次 − 第一次；T = 9 月 30 日 − 第一次；日期相减得到的时间差有 days 属性，再除以 7。",
            ),
        },
        roads=(
            Road(
                "all_purchases",
                lambda: _customer_61(keep_first=True),
                "You counted the first purchase too. frequency counts repeat purchases.",
                "你把第一次也算进去了。frequency 只数重复购买。",
            ),
            Road(
                "rfm_recency",
                lambda: _customer_61(since_last=True),
                "Your recency is that of RFM, the time since the last purchase. Here it runs from the first to the last purchase.",
                "你算的是 RFM 里的 recency（距今多久）。这里是从第一次到最后一次。",
            ),
            Road(
                "whole_weeks",
                lambda: tuple(int(number) for number in _customer_61()),
                "You cut the weeks to whole numbers. Keep the decimals: days / 7.",
                "你把周数取整了。保留小数：天数 / 7。",
            ),
            Road(
                "swapped",
                lambda: (_customer_61()[0], _customer_61()[2], _customer_61()[1]),
                "recency and T are swapped: recency ends at the last purchase, T on 30 September.",
                "recency 和 T 写反了：recency 到最后一次购买为止，T 到 9 月 30 日为止。",
            ),
            Road(
                "days",
                lambda: _customer_61(unit=1),
                "Your times are in days. Divide by 7: the model counts weeks.",
                "你的时间是天数。除以 7：模型按周计。",
            ),
            Road(
                "same_day_twice",
                lambda: _customer_61(rows=True),
                "You counted rows. Two rows of one day are one purchase.",
                "你数的是行数。同一天的两行算一次购买。",
            ),
            Road(
                "exam_paper_seen",
                lambda: _customer_61(to_the_end=True),
                "You used purchases after 30 September 1997: on that day nobody knew them.",
                "你用了 1997 年 9 月 30 日以后的购买：那一天谁也不知道。",
            ),
            Road(
                "both",
                lambda: _customer_61(keep_first=True, since_last=True),
                "Two things: the first purchase is not a repeat purchase, and recency runs from the first to the last purchase.",
                "有两处：第一次不算重复购买；recency 是从第一次到最后一次。",
            ),
        ),
    ),
    "next_half_year": Exercise(
        expected=_purchases,
        right={
            "en": "Right. The one-time buyers belong to the model: their silence is information.",
            "zh": "正确。只买一次的人也要留在模型里：沉默也是信息。",
        },
        hints={
            "en": (
                "Fit BetaGeoNBD on the whole summary, one-time buyers too.",
                "conditional_expected_purchases(26, summary) gives a number for each customer; add them up.",
            ),
            "zh": (
                "用整张 summary 拟合 BetaGeoNBD，只买过一次的也在内。",
                "conditional_expected_purchases(26, summary) 给出每位客户的次数，再加总。",
            ),
        },
        roads=(
            Road(
                "one_time_buyers_dropped",
                lambda: _purchases(drop_single=True),
                "You dropped the one-time buyers before the fit, so the model believes that everybody comes back. Fit on all customers.",
                "你在拟合前删掉了只买一次的客户，模型就以为人人都会再来。请用全部客户拟合。",
            ),
            Road(
                "repeaters_summed",
                lambda: _purchases(only_repeaters=True),
                "You added up the repeat buyers only. Of the one-time buyers some return, and they are many.",
                "你只加了回头客。一次性客户里也有人会回来，而且他们人多。",
            ),
            Road(
                "shrunk_in_proportion",
                lambda: _purchases(39) * 26 / 39,
                "You took 26/39 of the 39 weeks. Customers leave as time goes by, so the first weeks hold more: ask for t = 26.",
                "你按 26/39 折算了。客户会越来越少，前面几周买得更多：直接用 t = 26。",
            ),
            Road(
                "only_repeaters_counted",
                lambda: _purchases(drop_single=True, only_repeaters=True),
                "You dropped the one-time buyers altogether, from the fit and from the sum. They are most of the customers, and some return.",
                "你把只买一次的客户从拟合和加总里都删了。他们占大多数，其中有人会回来。",
            ),
            Road(
                "new_customers",
                lambda: _purchases(new=True),
                "expected_purchases is for customers of whom nothing is known. You know their past: conditional_expected_purchases.",
                "expected_purchases 说的是一无所知的新客户。你知道他们的过去，要用 conditional_expected_purchases。",
            ),
            Road(
                "wrong_horizon", lambda: _purchases(39), "That is 39 weeks. Asked are 26.", "这是 39 周，问的是 26 周。"
            ),
            Road(
                "months_for_weeks",
                lambda: _purchases(6),
                "You gave 6, as if the model counted months. It counts weeks: half a year is 26.",
                "你写了 6，好像模型按月计。它按周计：半年是 26 周。",
            ),
            Road(
                "one_customer",
                lambda: _purchases() / len(_summary()),
                "That is the average customer. Asked is the sum of all.",
                "这是平均每位客户的次数，问的是全体合计。",
            ),
        ),
    ),
    "calls_worth": Exercise(
        expected=_calls,
        tolerance=2e-3,
        right={
            "en": "Right. The call costs three times the letter and succeeds two and a half times as often: for the customers worth most that pays.",
            "zh": "正确。电话的成本是信的三倍，请回率是信的两倍半：用在最值钱的客户身上，划算。",
        },
        hints={
            "en": (
                "The formula is that of the letter, with 0.25 in place of 0.10 and 6 in place of 2.",
                "call_gain = gone * 0.25 * margin_if_alive - 6; then add up the positive ones only: call_gain[call_gain > 0].sum().",
            ),
            "zh": (
                "公式和寄信一样，0.10 换成 0.25，2 换成 6。",
                "先算 call_gain = gone * 0.25 * margin_if_alive - 6，再只把正的加起来：call_gain[call_gain > 0].sum()。",
            ),
        },
        roads=(
            Road(
                "everybody_called",
                lambda: _calls(chosen="everybody"),
                "You called everybody. Add up only the customers whose gain is positive.",
                "你给所有人都打了电话。只把净收益为正的客户加起来。",
            ),
            Road(
                "old_list",
                lambda: _calls(chosen="letters"),
                "You called the customers of the letter's list. With another cost and success, other customers are worth it.",
                "你照着寄信的名单打了电话。成本和请回率变了，值得打的客户也变了。",
            ),
            Road(
                "alive_forgotten",
                lambda: _calls(chance="all"),
                "You counted the customers who are alive: they come without a call. Multiply by 1 − P(alive).",
                "你把还在的客户也算进去了，他们不打电话也会来。要乘以 1 − P(alive)。",
            ),
            Road(
                "alive_for_gone",
                lambda: _calls(chance="alive"),
                "You multiplied by P(alive). A call can only bring back who has left: 1 − P(alive).",
                "你乘的是 P(alive)。电话只能请回走了的人：要乘 1 − P(alive)。",
            ),
            Road(
                "revenue_for_margin",
                lambda: _calls(share=1.0),
                "You took the revenue; only 30% of it is margin.",
                "你用的是销售额，其中只有 30% 是毛利。",
            ),
            Road(
                "cost_forgotten",
                lambda: _calls(cost=0),
                "You forgot the 6 dollars of the call.",
                "你忘了打电话的 6 美元。",
            ),
            Road(
                "expected_for_if_alive",
                lambda: _calls(base="expected"),
                "The expectation already holds the chance of being alive. Divide it by P(alive) first: margin_if_alive.",
                "预期里已经含有存活概率，要先除以 P(alive)：用 margin_if_alive。",
            ),
            Road(
                "letter",
                lambda: _calls(cost=2, comeback=0.10),
                "That is the letter. The call costs 6 and brings back one in four.",
                "这是寄信的数。电话成本 6 美元，四个能请回一个。",
            ),
        ),
    ),
    "app_lever": Exercise(
        expected=lambda: 1.2 / (0.3 + 2 * 0.2),
        right={
            "en": "Right: cheaper per point than the waiting area even. The manager's answer of section 5.1 must be changed: booking first.",
            "zh": "正确：每一分比等位区还便宜。5.1 节经理的答案要改：先做 App 订位。",
        },
        hints={
            "en": (
                "How many points does the lever bring? A mark counts as much as its weight for the family.",
                "The points are 1 × weight of time + 2 × weight of energy; divide the 1.2 yuan by them.",
            ),
            "zh": (
                "这个办法能提高几分？每一项变动 1 分，就按这家人的权重算。",
                "分数 = 1 × 时间的权重 + 2 × 体力的权重；用 1.2 元去除。",
            ),
        },
        roads=(
            Road(
                "no_weights",
                lambda: 1.2 / 3,
                "You took three full points. Each mark counts only with its weight.",
                "你直接算了 3 分。每一项都要乘以权重。",
            ),
            Road(
                "time_only",
                lambda: 1.2 / 0.3,
                "You counted the time, but energy is saved too.",
                "你只算了时间，体力也省了。",
            ),
            Road(
                "points_only",
                lambda: 0.3 + 2 * 0.2,
                "Those are the points. Divide the 1.2 yuan by them.",
                "这是提高的分数，还要用 1.2 元去除以它。",
            ),
            Road(
                "marks_swapped",
                lambda: 1.2 / (2 * 0.3 + 0.2),
                "Time falls by 1 and energy by 2, not the other way round.",
                "时间成本降 1 分、体力成本降 2 分，你写反了。",
            ),
            Road(
                "energy_once",
                lambda: 1.2 / (0.3 + 0.2),
                "The energy mark falls by 2, not by 1.",
                "体力成本降的是 2 分，不是 1 分。",
            ),
            Road(
                "students",
                lambda: 1.2 / (0.2 + 2 * 0.1),
                "Those are the weights of the students; the family is asked for.",
                "这是学生的权重，问的是这家人。",
            ),
            Road(
                "upside_down",
                lambda: (0.3 + 2 * 0.2) / 1.2,
                "That is points per yuan: turn it round.",
                "这是每元换几分，要倒过来。",
            ),
            Road(
                "cost_times_points",
                lambda: 1.2 * (0.3 + 2 * 0.2),
                "You multiplied. Yuan per point means: divide by the points.",
                "你用了乘法。每分多少元，要除以分数。",
            ),
        ),
    ),
    "per_viewer": Exercise(
        expected=lambda: 0.008 * value.clv(600, 0.6, 0.1, first_margin="now"),
        right={
            "en": "Right. Let her be paid by members, not by viewers: then the promise is her risk.",
            "zh": "正确。最好按入会人数付钱：保证做不到，风险由主播自己担。",
        },
        hints={
            "en": (
                "The most that a new member may cost is `member`.",
                "Only 0.8% of the viewers become members: multiply by 0.008.",
            ),
            "zh": ("一名新会员最多值 `member` 元。", "观众里只有 0.8% 会入会：乘以 0.008。"),
        },
        roads=(
            Road(
                "member_not_viewer",
                lambda: value.clv(600, 0.6, 0.1, first_margin="now"),
                "That is the ceiling per member. Of the viewers only 0.8% join.",
                "这是每名会员的上限。观众里只有 0.8% 入会。",
            ),
            Road(
                "late_first_margin",
                lambda: 0.008 * value.clv(600, 0.6, 0.1),
                "You let the first margin come after the first renewal. A member pays on the day of joining.",
                "你让第一笔毛利等到首次续卡之后。会员入会当天就付钱。",
            ),
            Road(
                "one_year",
                lambda: 0.008 * 600,
                "That is one year's margin. A member may renew.",
                "这只是一年的毛利，会员还会续卡。",
            ),
            Road(
                "leaflet_rate",
                lambda: 0.02 * value.clv(600, 0.6, 0.1, first_margin="now"),
                "That is the leaflet's 2%. Of the viewers 0.8% join.",
                "这是传单的 2%。观众里入会的是 0.8%。",
            ),
            Road(
                "divided",
                lambda: value.clv(600, 0.6, 0.1, first_margin="now") / 0.008,
                "You divided. Per viewer it is less than per member: multiply.",
                "你用了除法。按观众算应该比按会员少：要用乘法。",
            ),
            Road(
                "eight_percent",
                lambda: 0.08 * value.clv(600, 0.6, 0.1, first_margin="now"),
                "0.8% is 0.008, not 0.08.",
                "0.8% 是 0.008，不是 0.08。",
            ),
            Road(
                "percent_slip",
                lambda: 0.8 * value.clv(600, 0.6, 0.1, first_margin="now"),
                "0.8% is 0.008, not 0.8.",
                "0.8% 是 0.008，不是 0.8。",
            ),
        ),
    ),
}
