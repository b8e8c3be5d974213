"""Whether a person has agreed: of the consents that concern a purpose and a channel, the latest counts."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from crmlib.systems.model import Consent


def agreed(contact_id, purpose, channel):
    """Return the SQL condition that the contact has said yes, and not no since: to this channel, or to any.

    >>> from crmlib.systems.model import Contact
    >>> "consents" in str(agreed(Contact.contact_id, "marketing", "sms"))
    True
    """
    consent = aliased(Consent)
    latest = select(consent.given).where(
        consent.contact_id == contact_id, consent.purpose == purpose, consent.channel.in_({channel, "any"})
    )
    return latest.order_by(consent.at.desc(), consent.consent_id.desc()).limit(1).scalar_subquery().is_(True)
