"""A form of the screen: fields about the customer who is open, and a button that writes them."""

import ipywidgets as ipw

from crmlib.exercises.controls import button, once_arrived
from crmlib.language import say
from crmlib.systems.words import named
from crmlib.widgets.base import side_by_side
from crmlib.widgets.systems.screen.names import shown

# In place of None, which a list shows as an empty field.
NONE = ""


def line(text, placeholder="", value=""):
    """A field of one line."""
    return ipw.Text(value, continuous_update=False, description=text, placeholder=placeholder, layout=_wide())


def area(text, placeholder=""):
    """A field of several lines."""
    return ipw.Textarea(rows=2, continuous_update=False, description=text, placeholder=placeholder, layout=_wide())


def _wide():
    return ipw.Layout(width="auto", max_width="46em")


def options(text, pairs=(), long=False):
    """A list to choose from; `pairs` are what is shown and what it means. A `long` one has a line of its own."""
    layout = ipw.Layout(width="auto", max_width="64em", grid_area="auto / 1 / auto / -1") if long else _wide()
    return ipw.Dropdown(options=list(pairs), description=text, layout=layout)


def words(names, name=named):
    """Pairs for `options`: words of the CRM by what they are called.

    >>> words(["won", "lost"])
    [('won', 'won'), ('lost', 'lost')]
    """
    return [(name(one), one) for one in names]


def offer(control, pairs):
    """Offer other options, and leave the choice as it is where it is still among them."""
    before, pairs = control.value, list(pairs)
    if tuple(pairs) != control.options:
        control.options = pairs
        kept = [place for place, (_, value) in enumerate(pairs) if before is not None and value == before]
        control.index = kept[0] if kept else 0 if pairs else None


def people(customer):
    """Pairs for `options`: the contacts of a customer."""
    contacts = customer.card.contacts
    return [(f"{one['name']} {shown('phone', one['phone'])}", one["contact_id"]) for one in contacts.to_dict("records")]


def _given(field):
    if isinstance(field, ipw.Dropdown) and field.value == NONE:
        return None
    return field.value.strip() if isinstance(field.value, str) else field.value


class Form(ipw.VBox):
    """Fields, by the names of the arguments that they fill; a button.

    What stands in the fields stays there until it has been written. A subclass says what `show` offers for a customer,
    and in `write` what is written; `needed` names the fields that must not be empty, `spent` those that are emptied
    once their words are written, `of_customer` whether a customer has to be open.
    """

    needed, spent, of_customer = (), (), True

    def __init__(self, screen, heading, does, fields):
        self.screen, self.fields = screen, fields
        self.go = button(does, once_arrived(self.press), icon="check", button_style="primary")
        self.customer = None
        title = [ipw.HTML(f"<h4>{heading}</h4>")] if heading else []
        labelled = [field for field in fields.values() if not isinstance(field, ipw.Checkbox)]
        others = [field for field in fields.values() if isinstance(field, ipw.Checkbox)]
        grid = side_by_side(labelled) if labelled else ipw.VBox()
        super().__init__([*title, grid, *others, self.go])

    def take(self, customer):
        """Take another customer, or the same one read anew."""
        if self.customer is not None and (customer is None or customer.account_id != self.customer.account_id):
            self.clear()
        self.customer = customer
        if customer is not None:
            self.show(customer)

    def show(self, customer):
        """Offer what there is of this customer."""

    def write(self, crm, **given):
        """Write what is given; return the sentence that says what was written."""
        raise NotImplementedError

    def clear(self):
        """Empty the fields whose words have been written."""
        for name in self.spent:
            self.fields[name].value = type(self.fields[name].value)()

    def press(self):
        """Write, and answer on the screen."""
        self.screen.answer(self._written, self)

    def names(self):
        """What the fields are called, by the names of the arguments."""
        return {name: field.description for name, field in self.fields.items()}

    def _written(self):
        if self.of_customer and self.customer is None:
            en = "Open a customer first: choose from the work list, or find one."
            raise ValueError(say(en, "请先打开一位客户：从工作清单中选择，或者查找。"))
        given = {name: _given(field) for name, field in self.fields.items()}
        empty = [self.fields[name].description for name in self.needed if given[name] in ("", None)]
        if empty:
            told = say(", ", "、").join(empty)
            raise ValueError(say(f"Nothing was written. Still to fill in: {told}.", f"没有写入。还要填写：{told}。"))
        return self.write(self.screen.signed_in(), **given)
