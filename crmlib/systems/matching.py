"""Which rows of a list are customers whom the CRM has already: by the points of chapter 05, without pinyin."""

import pandas as pd
from sqlalchemy import case, func, select

from crmlib.systems.model import Account, Contact
from crmlib.systems.session import CHECKED
from crmlib.systems.trail import was_erased

# From so many points on, two are one. Without pinyin the six fields of chapter 05 are five; on Qinghe's records this
# line finds the most true pairs for the wrong ones that it lets through (best F1). Name and telephone are 7 points.
LINE = 6
NOBODY = "contact person", "联系人"  # what a firm's contact is called where nobody is named: two of them are not one
_COMPARED = ["name", "phone", "birthday", "address", "email"]


def known_people(session):
    """Return the CRM's people as records to compare: a row a contact, with its account; nobody who has been erased.

    An account without people is a row as well, without a contact.

    >>> from crmlib.systems import new_account, new_contact, open_crm
    >>> crm = open_crm(":memory:")
    >>> contact_id = new_contact(crm, new_account(crm, "Lin Tao", "household"), "Lin Tao", phone="13800138000")
    >>> with crm.read() as session:
    ...     known_people(session)[["account_id", "name", "phone"]].to_numpy().tolist()
    [['N000001', 'Lin Tao', '13800138000']]
    """
    columns = Contact.contact_id, Account.account_id, Contact.phone, Contact.birthday, Contact.email
    # Of a household without people the name is that of one.
    called = func.coalesce(Contact.name, case((Account.kind == "household", Account.name), else_=NOBODY[0]))
    query = select(*columns, called.label("name"), Account.address, Account.kind, Account.name.label("account"))
    living = (Contact.account_id == Account.account_id) & ~was_erased(Contact.contact_id)
    query = query.outerjoin_from(Account, Contact, living).where(Account.status != "erased")
    query = query.order_by(Contact.contact_id.is_(None), Contact.contact_id, Account.account_id)
    found = session.execute(query, execution_options={CHECKED: True})
    return pd.DataFrame(found.all(), columns=list(found.keys()), dtype=object)


def matches(known, rows):
    """Return for each row of a list who it may be: ``left`` and ``points``, the best first.

    Both tables have ``name, phone, birthday, address, email, kind, account``: of a firm, `name` is that of the person
    and `account` that of the firm. A household is never a firm; a firm of the same name is the same one, and one of
    another name only if name and telephone (or e-mail) of the person are the same. Returns a dict by row of lists of
    (left, points): left is ("known", place in `known`) or ("row", number of an earlier row).

    >>> names = {"name": "Lin Tao", "phone": "13800138000", "birthday": None, "address": None, "email": None}
    >>> one = pd.DataFrame([names | {"kind": "household", "account": "Lin Tao"}], dtype=object)
    >>> matches(one, one.set_axis([2]))
    {2: [(('known', 0), 7.0)]}
    """
    from crmlib.segmentation import candidate_pairs, compare_records, match_score

    labels = [("known", place) for place in range(len(known))] + [("row", number) for number in rows.index]
    records = pd.concat([known, rows], ignore_index=True)[[*_COMPARED, "kind", "account"]]
    texts = records[_COMPARED].map(lambda value: None if pd.isna(value) else str(value))
    texts["name"] = texts["name"].mask(texts["name"].isin(NOBODY), None)
    pairs = candidate_pairs(texts)
    pairs = pairs[(pairs["right"] >= len(known)) & (_same(records["kind"], pairs))]
    pairs = pairs[~_doubtful(records, pairs)]
    firms = _firms(records, len(known))
    points = match_score(compare_records(texts, pairs)) if len(pairs) else pd.Series(dtype=float)
    points = pd.concat([points[~points.index.isin(firms.index)], firms + points.reindex(firms.index).clip(0).fillna(0)])
    found = {}
    for (left, right), score in points[points >= LINE].sort_values(ascending=False, kind="stable").items():
        found.setdefault(labels[int(right)][1], []).append((labels[int(left)], float(score)))
    return found


def _same(kinds, pairs):
    return kinds.to_numpy()[pairs["left"]] == kinds.to_numpy()[pairs["right"]]


def _doubtful(records, pairs):
    """Whether a pair are firms of two names, with no person who is surely the same."""
    left, right = (records.iloc[pairs[side].to_numpy()].reset_index() for side in ("left", "right"))
    same = {column: left[column].notna() & left[column].eq(right[column]) for column in ("name", "phone", "email")}
    sure = same["name"] & ~left["name"].isin(NOBODY) & (same["phone"] | same["email"])
    return ((left["kind"] == "business") & left["account"].ne(right["account"]) & ~sure).to_numpy()


def _firms(records, first):
    """Pairs of firms of one name, of which the later one is a row of the list; they have reached the line."""
    from crmlib.segmentation.similarity import even_out

    firms = records.loc[records["kind"] == "business", ["account"]].rename(columns={"account": "name"})
    named = even_out(firms).dropna()["name"]
    earliest = named[~named.duplicated()].reset_index().set_index("name")["index"]
    later = named[(named.index >= first) & (named.map(earliest) < named.index)]
    pairs = pd.MultiIndex.from_arrays([later.map(earliest), later.index], names=["left", "right"])
    return pd.Series(float(LINE), index=pairs)
