"""Complaints, contacts and the call centre of Qinghe. `TRUTH` holds every planted parameter; the code reads it."""

import numpy as np
import pandas as pd

from . import MONTHS, STAGES, parameters, stream

END = MONTHS[-1].end_time.normalize()
CHANNELS = ["sms", "app_push", "phone", "wecom"]
MONTHS_AWAY = 8  # how long nobody who left because of a complaint comes back
LOT = 1  # which lots decide who stays: these come out near the middle of what the planted chances may give
PURPOSES = {"P": "invite", "D": "welcome", "G": "offer", "M": "care", "R": "reactivate", "T": "winback"}

TRUTH = {
    "complaints": {
        # Chance that a customer complains about the last order of a month.
        "rate": {"none": 0.038, "normal": 0.070, "rush": 0.105},
        "types": {
            "none": {"delivery": 0.00, "quality": 0.46, "billing": 0.20, "staff": 0.26, "app": 0.08},
            "normal": {"delivery": 0.42, "quality": 0.30, "billing": 0.10, "staff": 0.06, "app": 0.12},
            "rush": {"delivery": 0.55, "quality": 0.22, "billing": 0.08, "staff": 0.05, "app": 0.10},
        },
        # Days until the answer are Poisson; billing waits for the back office.
        "mean_delay_days": {"delivery": 4.0, "quality": 4.5, "billing": 8.0, "staff": 3.0, "app": 5.0},
        # Those who wait long are paid more often: who compares recoveries without the delay sees too little.
        "recovery": {"apology_logit": [0.0, 0.00], "compensation_logit": [-1.9, 0.25]},
        "stay_logit": {"intercept": 1.4, "delay_days": -0.18, "apology": 0.5, "compensation": 1.3},
        "satisfied_after": {"intercept": 3.4, "delay_days": -0.12, "apology": 0.4, "compensation": 1.2, "sd": 0.9},
        "compensation_yuan": {"shape": 4.0, "scale": 6.0},
        # One month stands out: a cold store broke down.
        "incident": {"month": "2025-05", "type": "quality", "factor": 3.0},
        "stay_days": 180,
        "followed_up": 0.4,
    },
    "contacts": {
        "mix": {
            "invite": {"sms": 0.45, "app_push": 0.20, "phone": 0.15, "wecom": 0.20},
            "welcome": {"sms": 0.15, "app_push": 0.25, "phone": 0.20, "wecom": 0.40},
            "offer": {"sms": 0.25, "app_push": 0.40, "phone": 0.05, "wecom": 0.30},
            "care": {"sms": 0.20, "app_push": 0.30, "phone": 0.10, "wecom": 0.40},
            "reactivate": {"sms": 0.30, "app_push": 0.25, "phone": 0.25, "wecom": 0.20},
            "winback": {"sms": 0.40, "app_push": 0.00, "phone": 0.45, "wecom": 0.15},
        },
        # Yuan: the channel, and the coupon or gift that goes with it.
        "channel_cost": {"sms": 0.1, "app_push": 0.02, "phone": 8.0, "wecom": 1.0},
        "gift_cost": {
            "invite": 25.0, "welcome": 60.0, "offer": 20.0, "care": 40.0, "reactivate": 25.0, "winback": 15.0,
        },
        # Chance of an answer: logit by channel, falling with each contact in the 30 days before.
        "answer_logit": {"sms": -2.2, "app_push": -1.5, "phone": -0.3, "wecom": -0.7, "contacts_30d": -0.5},
        "without_consent": 60,
    },
    "calls": {
        "first_day": "2025-11-03",
        "days": 28,
        "opens": 9,
        # From 09:00, for each half hour: calls on an ordinary weekday, and agents on duty. Noon is short of hands.
        "calls_per_half_hour": [
            7.0, 7.0, 10.0, 10.0, 10.0, 10.0, 9.5, 9.5, 9.5, 9.5, 7.5, 7.5,
            7.5, 7.5, 7.5, 7.5, 7.5, 7.5, 7.5, 7.5, 13.0, 13.0, 13.0, 13.0,
        ],
        "agents": [3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3],
        "weekday_factor": [1.1, 1.05, 1.0, 1.0, 1.0, 0.9, 0.9],
        "double_eleven": {"days": ["2025-11-10", "2025-11-11", "2025-11-12"], "factor": 1.2},
        "mean_talk_seconds": 200.0,
        # Nobody hangs up in the first minute; the patience after it is exponential.
        "patience_seconds": {"least": 60.0, "mean_after": 1200.0},
        "reasons": {"order": 0.30, "delivery": 0.27, "return": 0.16, "points": 0.10, "bill": 0.09, "complaint": 0.08},
    },
}  # fmt: skip


def choose(rng, shares, size):
    """Draw codes by their shares."""
    return rng.choice(list(shares), size=size, p=np.fromiter(shares.values(), float) / sum(shares.values()))


def chance(rng, logit):
    """Draw yes or no with the chances that logits stand for."""
    return rng.random(len(logit)) < 1 / (1 + np.exp(-np.asarray(logit, float)))


# Complaints


def complain(rng, month, orders, persons, past=()):
    """Return the complaints of a month and the persons who leave because of them.

    A complaint concerns a person's last order of the month. Whoever stays has a ``due_month``, one to four months on,
    in which an order is sure: so ``stayed`` in the file is what was drawn here. ``past``: earlier months' complaints.
    """
    plan = TRUTH["complaints"]
    known = orders[orders["customer_id"].notna() & may_complain(month, orders["person"], persons, past)]
    last = known.sort_values(["person", "date", "order_id"]).drop_duplicates("person", keep="last")
    rates, types = risk(month)
    angry = last[rng.random(len(last)) < last["delivery"].map(rates).to_numpy()]
    table = angry[["order_id", "customer_id", "person"]].reset_index(drop=True)
    days = (MONTHS[month].end_time.normalize() - angry["date"]).dt.days.to_numpy()
    table["date"] = angry["date"].to_numpy() + pd.to_timedelta(np.minimum(rng.integers(0, 4, len(table)), days), "D")
    table["month"] = month
    table["type"] = [choose(rng, types[delivery], 1)[0] for delivery in angry["delivery"]]
    table["delay_days"] = rng.poisson(table["type"].map(plan["mean_delay_days"]).to_numpy(float))
    table["recovery"] = recovery(rng, table["delay_days"])
    paid = rng.gamma(plan["compensation_yuan"]["shape"], plan["compensation_yuan"]["scale"], len(table)).round() + 5
    table["compensation"] = np.where(table["recovery"] == "compensation", paid, 0).astype(int)
    mood = linear(plan["satisfied_after"], table) + plan["satisfied_after"]["sd"] * rng.standard_normal(len(table))
    table["satisfied_after"] = mood.round().clip(1, 5).astype(int)
    stays = chance(rng.spawn(LOT + 1)[LOT], linear(plan["stay_logit"], table))
    table["leaves"] = ~stays
    table["due_month"] = np.where(stays, month + rng.integers(1, 5, len(table)), -1)
    return table, table.loc[~stays, "person"].to_numpy()


def risk(month):
    """Return the chance of a complaint and the shares of its types by delivery, in a month."""
    plan, incident = TRUTH["complaints"], TRUTH["complaints"]["incident"]
    factor = incident["factor"] if str(MONTHS[month]) == incident["month"] else 1.0
    shares = {delivery: {**plan["types"][delivery]} for delivery in plan["rate"]}
    for share in shares.values():
        share[incident["type"]] *= factor
    return {delivery: rate * sum(shares[delivery].values()) for delivery, rate in plan["rate"].items()}, shares


def may_complain(month, person, persons, past):
    """Tell who can: people, not firms and resellers, whose last complaint is eight months ago or more."""
    people = ~persons["segment"].isin(["business", "reseller"]).to_numpy()
    for table in past:
        recent = table["person"][table["month"] > month - 8] if len(table) else []
        people[np.asarray(recent, int)] = False
    return people[person.to_numpy(int)]


def recovery(rng, delay_days):
    """Draw none, apology or compensation (multinomial logit, falling back on none)."""
    plan = TRUTH["complaints"]["recovery"]
    weights = np.ones((len(delay_days), 3))
    for column, (constant, slope) in enumerate(plan.values(), start=1):
        weights[:, column] = np.exp(constant + slope * delay_days)
    shares = weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True)
    return np.array(["none", "apology", "compensation"])[(rng.random((len(delay_days), 1)) > shares).sum(axis=1)]


def linear(plan, complaints):
    """Return the planted sum of effects for each complaint."""
    effects = plan["intercept"] + plan["delay_days"] * complaints["delay_days"].to_numpy()
    return effects + complaints["recovery"].map({"none": 0, **plan} | {"none": 0}).to_numpy(float)


def complaints(world):
    """Return the file of complaints; ``stayed`` is missing where the 180 days end after the data."""
    days = pd.Timedelta(days=TRUTH["complaints"]["stay_days"])
    table = world.complaints.sort_values(["date", "order_id"], ignore_index=True)
    table.insert(0, "complaint_id", [f"K{number:04}" for number in range(1, len(table) + 1)])
    orders = world.orders.dropna(subset="customer_id")[["customer_id", "date"]]
    later = table[["complaint_id", "customer_id", "date"]].merge(orders, on="customer_id", suffixes=("", "_order"))
    again = later[(later["date_order"] > later["date"]) & (later["date_order"] <= later["date"] + days)]
    stayed = table["complaint_id"].isin(again["complaint_id"]).astype("Int64")
    table["stayed"] = stayed.where(table["date"] + days <= END)
    return table


def complaints_file(world):
    """Return the columns of the file."""
    columns = ["complaint_id", "customer_id", "order_id", "date", "type", "delay_days", "recovery", "compensation"]
    return complaints(world)[[*columns, "satisfied_after", "stayed"]]


# Contacts


def contacts(rng, world):
    """Return the contacts: routine ones by stage, campaigns, follow-ups of complaints, and some without consent."""
    extra = pd.concat([follow_ups(rng, world), campaign_messages(world), unlawful(rng, world)])
    table = pd.concat([routine(rng, world, extra), extra], ignore_index=True)
    table = table.sort_values(["date", "customer_id", "purpose"], ignore_index=True)
    table["answered"] = chance(rng, answer_logit(table)).astype(int)
    return table[["customer_id", "date", "channel", "cost", "purpose", "answered"]]


def first_record(world):
    """Return the customer_id of each person: that of his first record."""
    return world.records.drop_duplicates("person").set_index("person")["customer_id"]


def cost(channel, gift=0.0):
    """Return the yuan that contacts cost."""
    return np.round(pd.Series(channel).map(TRUTH["contacts"]["channel_cost"]).to_numpy(float) + gift, 2)


def routine(rng, world, extra):
    """Draw the contacts of every stage, so many that their mean cost is the planted one."""
    owner = world.records.set_index("customer_id")["person"]
    months = (extra["date"].dt.year - 2024) * 12 + extra["date"].dt.month - 1
    stage_of_extra = world.stages[owner[extra["customer_id"]].to_numpy(), months.to_numpy()]
    person, consent = world.persons["kind"].eq("household").to_numpy(), world.persons["consent"].eq(1).to_numpy()
    ids, tables = first_record(world), []
    for code, stage in enumerate(STAGES):
        everybody = (world.stages == code) & person[:, None]
        rows, columns = np.nonzero(everybody & consent[:, None])
        spent = extra["cost"].to_numpy()[stage_of_extra == code].sum()
        wanted = max(parameters.CONTACT_COST[stage] * everybody.sum() - spent, 0) / mean_cost(PURPOSES[stage])
        chosen = rng.integers(0, len(rows), round(wanted))
        days = day_in_month(rng, columns[chosen], world.persons["joined"].to_numpy()[rows[chosen]])
        table = pd.DataFrame({"customer_id": ids[rows[chosen]].to_numpy(), "date": days, "purpose": PURPOSES[stage]})
        table["channel"] = choose(rng, TRUTH["contacts"]["mix"][PURPOSES[stage]], len(table))
        tables.append(table.assign(cost=cost(table["channel"], TRUTH["contacts"]["gift_cost"][PURPOSES[stage]])))
    return pd.concat(tables)


def mean_cost(purpose):
    """Return the mean yuan of a contact: its channels and its gift."""
    mix = TRUTH["contacts"]["mix"][purpose]
    channels = sum(share * TRUTH["contacts"]["channel_cost"][channel] for channel, share in mix.items())
    return channels + TRUTH["contacts"]["gift_cost"][purpose]


def day_in_month(rng, month, joined):
    """Draw a day in each of the months, not before the customer had joined."""
    first = MONTHS.start_time.to_numpy().astype("datetime64[D]")[month]
    last = MONTHS.end_time.to_numpy().astype("datetime64[D]")[month]
    first = np.maximum(first, joined.astype("datetime64[D]"))
    return first + (rng.random(len(month)) * ((last - first).astype(int) + 1)).astype(int)


def follow_ups(rng, world):
    """Return the calls after a complaint was answered."""
    called = world.complaints[rng.random(len(world.complaints)) < TRUTH["complaints"]["followed_up"]]
    wait = pd.to_timedelta(called["delay_days"].to_numpy() + rng.integers(3, 11, len(called)), "D")
    table = pd.DataFrame({"customer_id": called["customer_id"].to_numpy(), "date": called["date"].to_numpy() + wait})
    table = table[table["date"] <= END].assign(channel="phone", purpose="follow_up")
    return table.assign(cost=cost(table["channel"]))


def campaign_messages(world):
    """Return the message that everybody treated got on the first day of a campaign."""
    treated = world.campaigns[world.campaigns["treated"] == 1]
    table = treated[["customer_id", "date"]].assign(channel="sms", purpose="campaign")
    return table.assign(cost=cost(table["channel"]))


def unlawful(rng, world):
    """Return the planted offers to customers who never agreed to marketing."""
    refused = np.flatnonzero((world.persons["kind"].eq("household") & world.persons["consent"].ne(1)).to_numpy())
    person = rng.choice(refused, TRUTH["contacts"]["without_consent"], replace=False)
    joined = world.persons["joined"].to_numpy()[person]
    first = np.maximum((joined.astype("datetime64[M]") - np.datetime64("2024-01")).astype(int) + 1, 0)
    month = np.minimum(rng.integers(first, 24 + (first > 23)), 23)
    days = day_in_month(rng, month, joined)
    table = pd.DataFrame({"customer_id": first_record(world)[person].to_numpy(), "date": days})
    return table.assign(channel="sms", purpose="offer", cost=cost(["sms"] * len(table)))


def answer_logit(contacts):
    """Return the planted logit of an answer, with the contacts of the same customer in the 30 days before."""
    plan = TRUTH["contacts"]["answer_logit"]
    return contacts["channel"].map(plan).to_numpy(float) + plan["contacts_30d"] * contacts_before(contacts, 30)


def contacts_before(contacts, days):
    """Count, for each contact, the earlier rows of the same customer in the days before; sorted by date."""
    order = contacts.reset_index(drop=True).sort_values("customer_id", kind="stable")
    code = pd.factorize(order["customer_id"])[0].astype("int64")
    day = order["date"].to_numpy().astype("datetime64[D]").astype("int64")
    key = code * 100_000 + day
    counts = np.arange(len(key)) - np.searchsorted(key, key - days)
    return pd.Series(counts, index=order.index).sort_index().to_numpy()


# The call centre


def calls(rng, world):
    """Return four weeks of calls, served in the order of arrival by the agents on duty."""
    plan = TRUTH["calls"]
    start = arrivals(rng)
    talk = np.maximum(rng.exponential(plan["mean_talk_seconds"], len(start)), 5)
    patience = plan["patience_seconds"]["least"] + rng.exponential(plan["patience_seconds"]["mean_after"], len(start))
    day, second = np.divmod(start, 86_400)
    wait = np.concatenate([queue(second[day == d], talk[day == d], patience[day == d]) for d in range(plan["days"])])
    abandoned = wait >= patience
    table = pd.DataFrame({"start": pd.Timestamp(plan["first_day"]) + pd.to_timedelta(start // 60, "min")})
    table["start"] = table["start"].dt.strftime("%Y-%m-%d %H:%M")
    table["reason"] = choose(rng, plan["reasons"], len(table))
    table["agents"] = np.array(plan["agents"])[half_hour(second)]
    table["wait_seconds"] = np.where(abandoned, patience, wait).round().astype(int)
    table["talk_seconds"] = np.where(abandoned, 0, talk.round()).astype(int)
    table["abandoned"] = abandoned.astype(int)
    return table


def day_factor():
    """Return how much busier than an ordinary weekday each day is."""
    plan = TRUTH["calls"]
    days = pd.date_range(plan["first_day"], periods=plan["days"])
    surge = np.where(days.isin(pd.to_datetime(plan["double_eleven"]["days"])), plan["double_eleven"]["factor"], 1)
    return np.array(plan["weekday_factor"])[days.day_of_week] * surge


def arrivals(rng):
    """Return the seconds since the first midnight at which calls come: Poisson, by half hour."""
    plan = TRUTH["calls"]
    counts = rng.poisson(np.outer(day_factor(), plan["calls_per_half_hour"]))
    day, half = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    return np.sort(day * 86_400 + plan["opens"] * 3600 + half * 1800 + rng.random(len(day)) * 1800)


def half_hour(second):
    """Return which half hour after opening a second of the day is in."""
    plan = TRUTH["calls"]
    return np.minimum((second - plan["opens"] * 3600) // 1800, len(plan["agents"]) - 1).astype(int)


def queue(start, talk, patience):
    """Return the seconds that calls of one day wait, or would have waited: first come, first served."""
    agents = TRUTH["calls"]["agents"]
    free, waits = np.zeros(max(agents)), np.zeros(len(start))
    for call, second in enumerate(start):
        ready = [on_duty(agent, max(second, free[agent])) for agent in range(max(agents))]
        agent = int(np.argmin(ready))
        waits[call] = ready[agent] - second
        if waits[call] < patience[call]:
            free[agent] = ready[agent] + talk[call]
    return waits


def on_duty(agent, second):
    """Return the first second, from this one on, at which an agent takes calls; the last shift stays till the end."""
    plan = TRUTH["calls"]
    half, last = int(half_hour(np.float64(second))), len(plan["agents"]) - 1
    while plan["agents"][half] <= agent:
        if half == last:
            return np.inf
        half += 1
        second = plan["opens"] * 3600 + half * 1800
    return second


def tables(world):
    """Return the files of this module by name."""
    return {
        "qinghe_complaints": complaints_file(world),
        "qinghe_contacts": contacts(stream("contacts"), world),
        "qinghe_calls": calls(stream("telephone"), world),
    }
