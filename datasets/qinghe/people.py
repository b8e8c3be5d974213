"""The people of Qinghe, and the faulty file in which they stand."""

import re
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from .parameters import ACCOUNTS, ACTIVITY_SHAPE, CONSENT, DUPLICATES, LINKAGE, MARKETS, MISSING, RESELLERS, SEGMENTS

# Grains for families, solar terms and what grows for given names: character, pinyin, and a character of the same sound.
FAMILIES = (
    "麦Mai迈 谷Gu古 粟Su苏 禾He何 米Mi弭 黍Shu舒 稷Ji季 粱Liang梁 "
    "稻Dao道 荞Qiao乔 豆Dou窦 穗Sui隋 秧Yang杨 糯Nuo诺 菽Shu舒 稞Ke柯"
)
TERMS = (
    "立Li丽 春Chun椿 雨Yu羽 惊Jing晶 分Fen芬 清Qing青 明Ming鸣 夏Xia霞 小Xiao晓 满Man曼 芒Mang茫 种Zhong仲 "
    "至Zhi志 暑Shu书 秋Qiu丘 处Chu楚 白Bai柏 露Lu璐 寒Han涵 霜Shuang双 降Jiang江 冬Dong东 雪Xue学 大Da达"
)
GROWING = (
    "苗Miao淼 芽Ya雅 田Tian甜 野Ye叶 晴Qing卿 岚Lan兰 溪Xi希 月Yue悦 星Xing兴 云Yun芸 "
    "舟Zhou周 荷He和 园Yuan圆 林Lin琳 果Guo国 竹Zhu珠 松Song嵩 梅Mei美 桃Tao陶 柳Liu流 枫Feng峰 "
    "桐Tong彤 杏Xing幸 莲Lian涟 菊Ju桔 萍Ping平 蕙Hui慧 苇Wei伟 岭Ling玲 泉Quan全 "
    "海Hai亥 山Shan珊 风Feng丰 光Guang广 虹Hong红 霁Ji吉 阳Yang扬 波Bo博 石Shi时 禹Yu宇 原Yuan源 安An庵"
)
PLANETS = (
    "水星 金星 地球 火星 木星 土星 天王星 海王星 冥王星 谷神星 月亮 太阳 银河 北斗 天狼 织女 牵牛 参宿 昴宿 心宿"
).split()
STREETS = [planet + road for planet in PLANETS for road in ("路", "东路", "西路", "南路", "北路")]
STAFF = ["谷小满", "麦清明", "禾白露", "粟惊春", "米立夏", "稻霜降"]
DIGITS = "零一二三四五六七八九"


def _table(text):
    return pd.DataFrame([(word[0], word[1:-1], word[-1]) for word in text.split()], columns=["sign", "pinyin", "twin"])


def _pick(rng, options, size):
    """Draw from a dict of shares."""
    return rng.choice(list(options), size, p=list(options.values()))


def traits(rng, size):
    """Return what drives the behaviour of households: market, segment, channel, consent, personal factor."""
    households = pd.DataFrame({"kind": "household"}, index=range(size))
    households["segment"] = _pick(rng, {segment: habits["share"] for segment, habits in SEGMENTS.items()}, size)
    households["market"] = _pick(rng, {code: share for code, (_, share) in MARKETS.items()}, size)
    app = households["segment"].map({segment: habits["app"] for segment, habits in SEGMENTS.items()})
    chance = rng.random(size)
    households["channel"] = np.select([chance < 0.1, chance < 0.1 + 0.9 * app], ["referral", "app"], "store")
    households["consent"] = (rng.random(size) < CONSENT).astype(int)
    households["activity"] = rng.gamma(ACTIVITY_SHAPE, 1 / ACTIVITY_SHAPE, size)
    return households


def households(rng, joined):
    """Return the households that joined on these days; some of the older ones are resellers, who want no marketing."""
    table = traits(rng, len(joined)).assign(joined=joined, yuan_per_year=np.nan)
    older = np.flatnonzero((table["joined"] < "2023-07-01") & (table["channel"] == "store"))
    chosen = np.sort(rng.choice(older, RESELLERS["number"], replace=False))
    table.loc[chosen, ["segment", "consent", "activity"]] = ["reseller", 0, 1.0]
    table.loc[chosen, "yuan_per_year"] = rng.uniform(*RESELLERS["yuan_per_year"], len(chosen))
    return table


def name(rng, people):
    """Give everybody a name, in place; return with whom each lives. Most who live together share the family name."""
    size = len(people)
    families, terms, growing = (_table(text) for text in (FAMILIES, TERMS, GROWING))
    number = rng.choice(len(families) * len(terms) * len(growing), size, replace=False)
    family, given = np.divmod(number, len(terms) * len(growing))
    home = np.arange(size)
    home[rng.choice(np.arange(1, size, 2), size // 12, replace=False)] -= 1
    family = np.where(rng.random(size) < 0.6, family[home], family)
    one, other = rng.choice(size, (2, 20), replace=False)
    family[one], given[one] = family[other], given[other]  # namesakes
    parts = [families.loc[family], terms.loc[given // len(growing)], growing.loc[given % len(growing)]]
    for place, part in enumerate(parts):
        people[f"sign{place}"], people[f"twin{place}"] = part["sign"].to_numpy(), part["twin"].to_numpy()
    first, second, third = (part["pinyin"].to_numpy() for part in parts)
    people["name"] = people["sign0"] + people["sign1"] + people["sign2"]
    people["pinyin"] = first + " " + second + np.char.lower(third.astype(str))
    return home


def describe(rng, people, home):
    """Give everybody sex, birthday, telephone, e-mail and address, in place; some flatmates share the telephone."""
    size = len(people)
    people["gender"] = _pick(rng, {"f": 0.58, "m": 0.42}, size)
    age = rng.triangular(18, 38, 78, size)
    born = pd.Timestamp("2024-06-30") - pd.to_timedelta((age * 365.25).astype(int), unit="D")
    people["birthday"] = born.strftime("%Y-%m-%d")
    phone = np.char.add("100", np.char.zfill(rng.choice(10**8, size, replace=False).astype(str), 8))
    shared = (home != np.arange(size)) & (rng.random(size) < 0.3)
    people["phone"] = np.where(shared, phone[home], phone)
    account = people["pinyin"].str.lower().str.replace(" ", ".") + rng.integers(1, 100, size).astype(str)
    people["email"] = account + "@example.com"
    street, house = rng.choice(STREETS, size), rng.integers(1, 100, size)
    people["market"], people["street"], people["house"] = people["market"].to_numpy()[home], street[home], house[home]


def accounts():
    """Return the twelve business customers as people."""
    number = np.arange(len(ACCOUNTS))
    return pd.DataFrame({
        "kind": "business", "segment": "business", "market": np.array(list(MARKETS))[number % len(MARKETS)],
        "joined": pd.Timestamp("2021-03-01") + pd.to_timedelta(number * 71, unit="D"),
        "channel": "business", "consent": 1, "activity": 1.0,
        "name": [account[1] for account in ACCOUNTS], "pinyin": [account[0] for account in ACCOUNTS],
        "gender": "", "birthday": "", "email": "", "phone": [f"100{90000001 + one * 137:08}" for one in number],
        "street": np.array(STREETS)[number], "house": number + 1,
    })  # fmt: skip


def people(rng, joined):
    """Return persons (households first, then the business customers), with all that is true of them."""
    named = households(rng, joined)
    describe(rng, named, name(rng, named))
    persons = pd.concat([named, accounts()], ignore_index=True)
    persons["town"] = persons["market"].map({code: town for code, (town, _) in MARKETS.items()})
    persons.insert(0, "person_id", [f"H{number:05}" for number in range(1, len(persons) + 1)])
    return persons


def _numeral(number):
    """Write a number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    return (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones or not tens else "")


def _swap_digit(rng, phone):
    place = rng.integers(3, 11)
    return phone[:place] + str((int(phone[place]) + rng.integers(1, 10)) % 10) + phone[place + 1 :]


def _misspell(rng, record):
    """Write the record down again as another clerk would."""
    fault = rng.random(5)
    if fault[0] < 0.5:
        place = rng.integers(0, 3)
        record["name"] = "".join(record[f"twin{at}" if at == place else f"sign{at}"] for at in range(3))
    elif fault[0] < 0.7:
        place = rng.integers(1, len(record["pinyin"]))
        record["pinyin"] = (record["pinyin"][:place] + record["pinyin"][place + 1 :]).strip()
    if fault[1] < 0.25:
        record["phone"] = _swap_digit(rng, record["phone"])
    elif fault[1] < 0.5:
        record["phone_2"], record["phone"] = record["phone"], f"100{rng.integers(10**8):08}"
    year, month, day = record["birthday"].split("-")
    if fault[2] < 0.3:
        record["birthday"] = ""
    elif fault[2] < 0.5 and int(day) <= 12:
        record["birthday"] = f"{year}-{day}-{month}"
    if fault[3] < 0.3:
        record["address"] = f"{record['street']}{record['house']}号"
    elif fault[3] < 0.6:
        record["address"] = f"{record['town']}{record['street']}{_numeral(record['house'])}号"
    if fault[4] < 0.7:
        record["email"] = f"{record['pinyin'].lower().replace(' ', '')}{rng.integers(100, 1000)}@example.com"
    return record


COLUMNS = [
    "kind", "name", "pinyin", "gender", "birthday", "phone", "phone_2", "email", "address", "market", "joined",
    "channel", "consent", "manager",
]  # fmt: skip


def _again(rng, file, households):
    """Return further records of some households, misspelt, opened later."""
    mixed = rng.permutation(households)
    five = DUPLICATES["persons_with_five"]
    three, two = (round(DUPLICATES[size] * len(households)) for size in ("three", "two"))
    extra = np.repeat(mixed[: five + three + two], [4] * five + [2] * three + [1] * two)
    again = pd.DataFrame([_misspell(rng, record) for record in file.loc[extra].to_dict("records")])
    days = (pd.Timestamp("2025-10-31") - again["joined"]).dt.days
    again["joined"] += pd.to_timedelta((days * rng.random(len(again))).clip(lower=0).astype(int), unit="D")
    again["channel"] = rng.choice(["store", "app"], len(again))
    return again


def records(rng, persons):
    """Return the customer file: a record for each person, further records for some."""
    file = persons.assign(person=persons.index, phone_2="", manager="")
    file["address"] = file["town"] + file["street"] + file["house"].astype(str) + "号"
    second = rng.random(len(file)) < 0.04
    file.loc[second, "phone_2"] = [f"100{number:08}" for number in rng.choice(10**8, second.sum())]
    file = pd.concat([file, _again(rng, file, np.flatnonzero(persons["segment"].isin(SEGMENTS)))], ignore_index=True)
    for column, share in MISSING.items():
        file.loc[rng.random(len(file)) < share, column] = ""
    file = file.sort_values(["kind", "joined", "person"], ascending=[False, True, True], ignore_index=True)
    number = file.groupby("kind").cumcount() + 1
    retail = "Q" + number.astype(str).str.zfill(5)
    file.insert(0, "customer_id", retail.where(file["kind"] == "household", "B" + number.astype(str).str.zfill(2)))
    return file[["customer_id", *COLUMNS, "person"]].assign(planted="")


# What makes linking hard comes afterwards, each from a stream of its own and in contact fields only: it changes no
# other draw, no id and no day. ``planted`` says in the truth file what was done to a record.


def move(rng, file):
    """Let some persons move house between two of their records, most of them with a new telephone, in place."""
    records = file.groupby("person")["person"].transform("size")
    several = file.loc[records.isin([2, 3]), "person"].unique()
    for person in np.sort(rng.choice(several, round(LINKAGE["movers"]["share"] * len(several)), replace=False)):
        own = file.index[file["person"] == person]
        later = own[rng.integers(1, len(own)) :]
        town = MARKETS[file.at[own[0], "market"]][0]
        file.loc[later, "address"] = f"{town}{rng.choice(STREETS)}{rng.integers(1, 100)}号"
        number = _new_number(rng)
        if rng.random() < LINKAGE["movers"]["new_phone"]:
            file.loc[later, ["phone", "phone_2"]] = number, ""
        file.loc[later, "planted"] = "moved"


def twins(rng, file, persons):
    """Make twins of pairs of strangers, in place: the second gets a name beside the first's, birthday and address."""
    for one, other in _strangers(rng, file, persons, 2)[: LINKAGE["twins"]["pairs"]]:
        _call(file, other, *_name_beside(rng, *file.loc[one, ["name", "pinyin"]]))
        if file.at[other, "birthday"]:
            file.at[other, "birthday"] = persons.at[file.at[one, "person"], "birthday"]
        file.at[other, "address"] = file.at[one, "address"]
        if rng.random() < LINKAGE["twins"]["one_phone"]:
            file.at[other, "phone"] = file.at[one, "phone"]
        file.loc[[one, other], "planted"] = "twin"


def families(rng, file, persons):
    """Make families of groups of strangers, in place: one address, family name and telephone."""
    for group in _strangers(rng, file, persons, LINKAGE["families"]["size"])[: LINKAGE["families"]["number"]]:
        first = group[0]
        for other in group[1:]:
            family, given = file.at[first, "pinyin"].split()[0], file.at[other, "pinyin"].split()[1]
            _call(file, other, file.at[first, "name"][0] + file.at[other, "name"][1:], f"{family} {given}")
        file.loc[group, ["address", "phone"]] = file.loc[first, ["address", "phone"]].to_list()
        file.loc[group, "planted"] = "family"


def shop_phones(rng, file, persons):
    """Put the number of the shop into some records of each town, in place: who gave none was given that."""
    size = LINKAGE["shop_phone"]
    for town in MARKETS:
        here = file.index[_unspoilt(file, persons) & (file["market"] == town)]
        file.loc[rng.choice(here, size, replace=False), ["phone", "planted"]] = _new_number(rng), "shop_phone"


def _new_number(rng):
    return f"100{rng.integers(10**8):08}"


def _unspoilt(file, persons):
    """Say which records stand alone: no other of the person, with the telephone or at the address; nothing planted."""
    shared = np.logical_or.reduce([file.duplicated(field, keep=False) for field in ("person", "phone", "address")])
    return file["person"].map(persons["segment"]).isin(SEGMENTS) & ~shared & (file["planted"] == "")


def _strangers(rng, file, persons, size):
    """Return groups of records from one town that have nothing to do with each other, in an order by lot."""
    alone = pd.Series(rng.permutation(file.index[_unspoilt(file, persons)]))
    town = file.loc[alone, "market"].to_numpy()
    groups = alone.groupby([town, alone.groupby(town).cumcount() // size]).agg(list)
    return rng.permutation(np.array([group for group in groups if len(group) == size]))


def _name_beside(rng, name, pinyin):
    """Return a name, and its pinyin, that ends in another character, for some in the one that sounds most like it."""
    growing = _table(GROWING).set_index("sign")["pinyin"].str.lower()
    own, others = growing[name[2]], growing.drop(name[2])
    alike = others.map(lambda other: SequenceMatcher(None, own, other).ratio())
    sign = alike.idxmax() if rng.random() < LINKAGE["twins"]["alike"] else rng.choice(others.index)
    return name[:2] + sign, pinyin.removesuffix(own) + others[sign]


def _call(file, record, name, pinyin):
    """Give a record another name, in place, and the e-mail that goes with it; its number stays."""
    file.loc[record, ["name", "pinyin"]] = name, pinyin
    account = pinyin.lower().replace(" ", ".")
    file.at[record, "email"] = re.sub(r"^[a-z.]+", account, file.at[record, "email"])


def assign_managers(rng, file, important):
    """Put somebody in charge of important records, in place."""
    important = file["customer_id"].isin(important) | (file["kind"] == "business")
    file.loc[important, "manager"] = rng.choice(STAFF, important.sum())
