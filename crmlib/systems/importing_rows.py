"""A checked row of a list of customers is written: somebody new, or linked to who is in the CRM already."""

from sqlalchemy import select

from crmlib.language import say
from crmlib.systems.accounts import add_numbered
from crmlib.systems.model import CONSENT_CHANNELS, Account, Activity, Consent, Contact
from crmlib.systems.session import CHECKED, fetch, living

_PERSON = ("position", "phone", "email", "birthday")
_ACCOUNT = ("region", "address", "industry", "grade", "since")


class Writer:
    """Write row after row in one transaction; `added`, `linked` and `faults` say what became of each."""

    def __init__(self, session, source, known):
        self.session, self.source, self.now = session, source, session.info["crm"].now()
        self.added, self.linked, self.faults = [], [], []
        self._known = known[["account_id", "contact_id"]].to_numpy().tolist()
        self._written = {}  # account and contact of the rows so far

    def write(self, number, row, candidates):
        """Write a row; `candidates` are those who it may be, the best first, each with points."""
        left, points = next(((left, points) for left, points in candidates if self._who(left)), (None, None))
        owner = self._owner(row["email"])
        if left is None and owner is not None:
            self._refuse(number, row, owner)
        elif left is None:
            self._add(number, row)
        else:
            self._link(number, row, left, points, free=owner is None)

    def _who(self, left):
        """Account and contact of a candidate; None of a row that was not written."""
        kind, number = left
        return self._known[number] if kind == "known" else self._written.get(number)

    def _owner(self, email):
        query = select(Contact).where(Contact.email == email)
        return self.session.scalar(query, execution_options={CHECKED: True}) if email else None

    def _refuse(self, number, row, owner):
        shown = f"{owner.contact_id} ({owner.account_id})"
        fault = say(f"belongs to contact {shown}, whom little else fits", f"已属于联系人 {shown}，其他信息却对不上")
        remedy = say(
            "correct name and telephone if it is the same person; else leave it out",
            "同一人请更正姓名和电话，否则请留空",
        )
        self.faults.append((number, "email", row["email"], fault, remedy))

    def _add(self, number, row):
        facts = {name: row[name] for name in _ACCOUNT} | {"since": row["since"] or self.now.date()}
        named = {"name": row["account"], "kind": row["kind"], "status": "customer", "owner_id": None}
        account_id = add_numbered(self.session, named | facts)
        person = self._person(account_id, row)
        self._agree(number, person, row["consent"])
        self._note(number, person, row["notes"])
        self._written[number] = account_id, person.contact_id
        self.added.append((number, account_id, person.contact_id, row["account"]))

    def _person(self, account_id, row, free=True):
        facts = {name: row[name] for name in _PERSON} | ({} if free else {"email": None})  # somebody else's
        person = Contact(account_id=account_id, name=row["name"], **facts)
        self.session.add(person)
        self.session.flush()
        return person

    def _link(self, number, row, left, points, free):
        """Fill what is empty; of what differs, and of the rest, make a note."""
        account_id, contact_id = self._who(left)
        account = fetch(self.session, Account, account_id, "account_id")
        if contact_id is None or (row["kind"] == "business" and row["contact"] and not self._same_person(account, row)):
            person, filled, columns = self._person(account_id, row, free), ["contact"], ("email",)
        else:
            living(self.session, contact_id)
            person, filled, columns = fetch(self.session, Contact, contact_id, "contact_id"), [], _PERSON
        differs = _fill(row, person, columns, free, filled) | _fill(row, account, _ACCOUNT, free, filled)
        if row["account"] != account.name:
            differs["name"] = row["account"]
        if not self._agree(number, person, row["consent"]):
            differs["consent"] = say("yes", "是")
        told = "\n".join(f"{name}: {value}" for name, value in differs.items())
        self._note(number, person, "\n".join(filter(None, [told, row["notes"]])))
        self._written[number] = account_id, person.contact_id
        if left[0] == "known" and contact_id is None:  # a later row of the list may be the same one
            self._known[left[1]] = account_id, person.contact_id
        shown = ", ".join(filled), ", ".join(differs)
        self.linked.append((number, account_id, person.contact_id, row["account"], points, *shown))

    def _same_person(self, account, row):
        """Whether the firm has this person, whom a row may also name by telephone alone."""
        people = select(Contact).where(Contact.account_id == account.account_id)
        people = self.session.scalars(people, execution_options={CHECKED: True}).all()
        return any(one.name == row["name"] or (row["phone"] and one.phone == row["phone"]) for one in people)

    def _agree(self, number, person, given):
        """Write down a yes or no that is news; a yes on a list does not undo a no, and is told by returning False."""
        said = self._said(person)
        if given and False in said.values():
            return False
        if said.get("any") is not given or True in said.values() and not given:
            source = f"{self.source}, {say('row', '行')} {number}"[:200]
            facts = {"purpose": "marketing", "channel": "any", "given": given, "at": self.now, "source": source}
            self.session.add(Consent(contact_id=person.contact_id, **facts))
        return True

    def _said(self, person):
        """What a person has said to marketing, by channel."""
        words = select(Consent.channel, Consent.given).where(Consent.contact_id == person.contact_id)
        words = words.where(Consent.purpose == "marketing").order_by(Consent.at, Consent.consent_id)
        said = {}
        for channel, given in self.session.execute(words, execution_options={CHECKED: True}):
            said |= dict.fromkeys(CONSENT_CHANNELS if channel == "any" else [channel], given)
        return said

    def _note(self, number, person, notes):
        """Keep what has no column, once: the same list may come again."""
        same = select(Activity.activity_id).where(Activity.account_id == person.account_id, Activity.notes == notes)
        if not notes or self.session.scalars(same, execution_options={CHECKED: True}).first() is not None:
            return
        subject = say(f"imported: {self.source}, row {number}", f"导入：{self.source}，第 {number} 行")[:200]
        facts = {"kind": "note", "at": self.now, "subject": subject, "notes": notes[:10_000]}
        user = self.session.info["crm"].user
        facts |= {"contact_id": person.contact_id, "user_id": user and user.user_id}
        self.session.add(Activity(account_id=person.account_id, **facts))
        self.session.flush()


def _fill(row, known, columns, free, filled):
    """Fill what is empty in a record, and add its names to `filled`; return what differs."""
    differs = {}
    for name in columns:
        value, there = row[name], getattr(known, name)
        if value is None or value == there:
            continue
        if there is None and (name != "email" or free):
            setattr(known, name, value)
            filled.append(name)
        else:
            differs[name] = value
    return differs
