"""A checked row of a list of customers is written: somebody new, or linked to who is in the CRM already."""

from sqlalchemy import select

from crmlib.language import say
from crmlib.systems.accounts import add_numbered
from crmlib.systems.model import Account, Activity, Consent, Contact
from crmlib.systems.session import CHECKED, fetch

_PERSON = ("position", "phone", "email", "birthday")
_ACCOUNT = ("region", "address", "industry", "grade", "since")


class Writer:
    """Write row after row in one transaction; `added`, `linked` and `faults` say what became of each."""

    def __init__(self, session, source):
        self.session, self.source, self.now = session, source, session.info["crm"].now()
        self.added, self.linked, self.faults = [], [], []
        self._contact_of = {}  # of the rows written so far

    def write(self, number, row, candidates):
        """Write a row; `candidates` are those who it may be, the best first, each with points."""
        known = ((self._number(left), points) for left, points in candidates)
        contact_id, points = next(((one, points) for one, points in known if one is not None), (None, None))
        owner = self._owner(row["email"])
        if contact_id is None and owner is not None:
            self._refuse(number, row, owner)
        elif contact_id is None:
            self._add(number, row)
        else:
            self._link(number, row, contact_id, points, free=owner is None)

    def _number(self, left):
        kind, number = left
        return number if kind == "contact" else self._contact_of.get(number)

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
        self._contact_of[number] = person.contact_id
        self.added.append((number, account_id, person.contact_id, row["account"]))

    def _person(self, account_id, row, free=True):
        facts = {name: row[name] for name in _PERSON} | ({} if free else {"email": None})
        person = Contact(account_id=account_id, name=row["name"], **facts)
        self.session.add(person)
        self.session.flush()
        return person

    def _link(self, number, row, contact_id, points, free):
        """Fill what is empty; of what differs, and of the rest, make a note."""
        person = fetch(self.session, Contact, contact_id, "contact_id")
        account = fetch(self.session, Account, person.account_id, "account_id")
        firm = row["kind"] == "business"
        filled, differs = [], {}
        if firm and row["contact"] and not self._same_person(account, row):
            person = self._person(account.account_id, row, free)
            filled, person_columns = ["contact"], ("email",)
        else:
            person_columns = _PERSON
        for columns, known in ((person_columns, person), (_ACCOUNT, account)):
            for name in columns:
                value, there = row[name], getattr(known, name)
                if value is None or value == there:
                    continue
                if there is None and (name != "email" or free):
                    setattr(known, name, value)
                    filled.append(name)
                else:
                    differs[name] = value
        if row["account"] != account.name:
            differs["name"] = row["account"]
        if not self._agree(number, person, row["consent"]):
            differs["consent"] = say("yes", "是")
        told = "\n".join(f"{name}: {value}" for name, value in differs.items())
        self._note(number, person, "\n".join(filter(None, [told, row["notes"]])))
        self._contact_of[number] = person.contact_id
        shown = ", ".join(filled), ", ".join(differs)
        self.linked.append((number, account.account_id, person.contact_id, row["account"], points, *shown))

    def _same_person(self, account, row):
        """Whether the firm has this person, whom a row may also name by telephone alone."""
        people = select(Contact).where(Contact.account_id == account.account_id)
        people = self.session.scalars(people, execution_options={CHECKED: True}).all()
        return any(one.name == row["name"] or (row["phone"] and one.phone == row["phone"]) for one in people)

    def _agree(self, number, person, given):
        """Write down a yes or no that is news; a yes on a list does not undo a no, and is told by returning False."""
        said = select(Consent.given).where(Consent.contact_id == person.contact_id, Consent.purpose == "marketing")
        said = said.order_by(Consent.at.desc(), Consent.consent_id.desc()).limit(1)
        before = self.session.scalar(said, execution_options={CHECKED: True})
        if before is None or (before and not given):
            source = f"{self.source}, {say('row', '行')} {number}"[:200]
            facts = {"purpose": "marketing", "channel": "any", "given": given, "at": self.now, "source": source}
            self.session.add(Consent(contact_id=person.contact_id, **facts))
        return before is not False or not given

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
