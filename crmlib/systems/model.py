"""The tables of a CRM, as SQLAlchemy 2 declares them; the words that a column may hold are listed above them.

Times are local and carry no zone. ``version`` counts the changes of a row, so that nobody overwrites what he has not
seen. What depends on an account keeps it from being deleted (RESTRICT).
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, MetaData, Numeric, String, Text, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

ROLES = ("sales", "marketing", "service", "manager")
ACCOUNT_KINDS = ("household", "business")
STATUSES = ("lead", "customer", "lost", "erased")
GRADES = ("A", "B", "C")
PURPOSES = ("order", "marketing", "profile")
# What a customer comes through, or is reached by; of a lead, where it came from.
CHANNELS = ("phone", "sms", "email", "wechat", "app", "store", "visit", "business")
CHANNELS += ("web", "referral", "cold_call", "fair")
CONSENT_CHANNELS = ("phone", "sms", "email", "wechat", "app", "any")
STAGES = ("lead", "qualified", "proposal", "negotiation", "won", "lost")
ACTIVITY_KINDS = ("call", "visit", "message", "email", "meeting", "gift", "entertainment", "note")
TICKET_KINDS = ("complaint", "question", "request")
# The five steps of a complaint (chapter 08): a ticket stands at the last one that was taken.
STEPS = ("listening", "empathy", "apology", "solution", "follow_up")
CONTRACT_STATUSES = ("running", "ended", "cancelled")
ACTIONS = ("insert", "update", "delete", "read", "export", "erase")

Word, Name, Line, Phone = String(20), String(100), String(200), String(30)


class Money(TypeDecorator):
    """Yuan to the fen; read as a float also where SQLite keeps a whole number."""

    impl = Numeric(12, 2, asdecimal=False)
    cache_ok = True

    def process_result_value(self, value, dialect):
        return None if value is None else float(value)


class Base(DeclarativeBase):
    """What all tables share: how constraints are called, so that migrations find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Versioned:
    """A row that counts its changes."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"version_id_col": cls.version}


def _among(column, words):
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _of(target, **options):
    return mapped_column(ForeignKey(target, ondelete="RESTRICT"), **options)


class User(Base):
    """Somebody of the firm who works with the CRM."""

    __tablename__ = "users"
    __table_args__ = (_among("role", ROLES),)

    user_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    login: Mapped[str] = mapped_column(Word, unique=True)
    role: Mapped[str] = mapped_column(Word)
    active: Mapped[bool] = mapped_column(default=True)


class Account(Versioned, Base):
    """A customer: a household or a firm. The people in it are contacts."""

    __tablename__ = "accounts"
    __table_args__ = (_among("kind", ACCOUNT_KINDS), _among("status", STATUSES), _among("grade", GRADES))

    account_id: Mapped[str] = mapped_column(Word, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    kind: Mapped[str] = mapped_column(Word)
    industry: Mapped[str | None] = mapped_column(Name)
    region: Mapped[str | None] = mapped_column(Name)
    address: Mapped[str | None] = mapped_column(Line)
    owner_id: Mapped[int | None] = _of("users.user_id", index=True)
    status: Mapped[str] = mapped_column(Word, default="lead")
    since: Mapped[date | None]
    grade: Mapped[str | None] = mapped_column(String(1))


class Contact(Versioned, Base):
    """A person of an account."""

    __tablename__ = "contacts"

    contact_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = _of("accounts.account_id", index=True)
    name: Mapped[str] = mapped_column(Name)
    position: Mapped[str | None] = mapped_column(Name)
    phone: Mapped[str | None] = mapped_column(Phone, index=True)
    email: Mapped[str | None] = mapped_column(Line, unique=True)
    birthday: Mapped[date | None]


class Consent(Base):
    """A yes or no of a contact; rows are only added, and the latest counts."""

    __tablename__ = "consents"
    __table_args__ = (
        _among("purpose", PURPOSES),
        _among("channel", CONSENT_CHANNELS),
        Index(None, "contact_id", "purpose"),
    )

    consent_id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = _of("contacts.contact_id")
    purpose: Mapped[str] = mapped_column(Word)
    channel: Mapped[str] = mapped_column(Word, default="any")
    given: Mapped[bool]
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(Line)


class Campaign(Base):
    """A campaign of marketing."""

    __tablename__ = "campaigns"

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    channel: Mapped[str | None] = mapped_column(Word)
    starts: Mapped[date]
    ends: Mapped[date]
    budget: Mapped[float] = mapped_column(Money, default=0)


class Opportunity(Versioned, Base):
    """A sale that may come."""

    __tablename__ = "opportunities"
    __table_args__ = (_among("stage", STAGES),)

    opportunity_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = _of("accounts.account_id", index=True)
    owner_id: Mapped[int | None] = _of("users.user_id")
    campaign_id: Mapped[int | None] = _of("campaigns.campaign_id")
    name: Mapped[str] = mapped_column(Line)
    stage: Mapped[str] = mapped_column(Word, default="lead")
    amount: Mapped[float] = mapped_column(Money, default=0)
    opened: Mapped[date]
    expected: Mapped[date | None]
    closed: Mapped[date | None]


class Ticket(Versioned, Base):
    """A complaint, question or request; it stands at the last of the five steps that was taken."""

    __tablename__ = "tickets"
    __table_args__ = (
        _among("kind", TICKET_KINDS),
        _among("step", STEPS),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
    )

    ticket_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = _of("accounts.account_id", index=True)
    contact_id: Mapped[int | None] = _of("contacts.contact_id")
    owner_id: Mapped[int | None] = _of("users.user_id")
    kind: Mapped[str] = mapped_column(Word)
    channel: Mapped[str | None] = mapped_column(Word)
    subject: Mapped[str] = mapped_column(Line)
    step: Mapped[str] = mapped_column(Word, default="listening")
    opened: Mapped[datetime]
    due: Mapped[datetime]
    closed: Mapped[datetime | None]
    solution: Mapped[str | None] = mapped_column(Text)
    satisfaction: Mapped[int | None]


class Activity(Versioned, Base):
    """What was done with a customer, or is planned."""

    __tablename__ = "activities"
    # The history of an account; what is still to be done.
    __table_args__ = (
        _among("kind", ACTIVITY_KINDS),
        Index(None, "account_id", "at"),
        Index("ix_activities_open", "at", sqlite_where=text("done IS 0"), postgresql_where=text("done IS false")),
    )

    activity_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = _of("accounts.account_id")
    contact_id: Mapped[int | None] = _of("contacts.contact_id")
    user_id: Mapped[int | None] = _of("users.user_id")
    kind: Mapped[str] = mapped_column(Word)
    channel: Mapped[str | None] = mapped_column(Word)
    at: Mapped[datetime]
    planned: Mapped[bool] = mapped_column(default=False)
    done: Mapped[bool] = mapped_column(default=True)
    subject: Mapped[str] = mapped_column(Line)
    notes: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[float] = mapped_column(Money, default=0)
    campaign_id: Mapped[int | None] = _of("campaigns.campaign_id")
    ticket_id: Mapped[int | None] = _of("tickets.ticket_id")
    opportunity_id: Mapped[int | None] = _of("opportunities.opportunity_id")


class Contract(Base):
    """What was signed with a customer."""

    __tablename__ = "contracts"
    __table_args__ = (_among("status", CONTRACT_STATUSES),)

    contract_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = _of("accounts.account_id", index=True)
    opportunity_id: Mapped[int | None] = _of("opportunities.opportunity_id")
    signed: Mapped[date]
    starts: Mapped[date]
    ends: Mapped[date]
    amount: Mapped[float] = mapped_column(Money)
    status: Mapped[str] = mapped_column(Word, default="running")


class Product(Base):
    """What is sold."""

    __tablename__ = "products"

    product_id: Mapped[str] = mapped_column(Word, primary_key=True)
    category: Mapped[str] = mapped_column(Name)
    name: Mapped[str] = mapped_column(Name)
    price: Mapped[float] = mapped_column(Money)
    cost: Mapped[float] = mapped_column(Money)


class Order(Base):
    """What a customer bought in one go: amount paid, and what it cost the firm."""

    __tablename__ = "orders"
    __table_args__ = (Index(None, "account_id", "at"),)

    order_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = _of("accounts.account_id")
    at: Mapped[datetime]
    channel: Mapped[str | None] = mapped_column(Word)
    discount: Mapped[float] = mapped_column(Money, default=0)
    amount: Mapped[float] = mapped_column(Money)
    cost: Mapped[float] = mapped_column(Money)


class OrderLine(Base):
    """A product of an order."""

    __tablename__ = "order_lines"

    order_id: Mapped[int] = _of("orders.order_id", primary_key=True)
    product_id: Mapped[str] = _of("products.product_id", primary_key=True)
    quantity: Mapped[int]


class Audit(Base):
    """Who did what to which row, when and why; what it was before and after."""

    __tablename__ = "audit"
    __table_args__ = (_among("action", ACTIONS), Index(None, "table_name", "row_id"))

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = _of("users.user_id")
    action: Mapped[str] = mapped_column(Word)
    table_name: Mapped[str] = mapped_column(Word)
    row_id: Mapped[str | None] = mapped_column(Name)
    before: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(Line, default="")
