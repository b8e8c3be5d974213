"""The screen of the CRM as a widget: who works, what waits, one customer with all channels, forms to write in."""

from threading import RLock

import ipywidgets as ipw

from crmlib import checks
from crmlib.editions import takes_givens
from crmlib.exercises.controls import button, on_enter, once_arrived
from crmlib.exercises.feedback import Feedback
from crmlib.language import say
from crmlib.systems import work_list
from crmlib.systems.database import opened
from crmlib.systems.search import looked_up, unseen
from crmlib.systems.words import named
from crmlib.widgets.systems.screen import lists, tables
from crmlib.widgets.systems.screen.answers import tried
from crmlib.widgets.systems.screen.customer import look
from crmlib.widgets.systems.screen.form import NONE, offer
from crmlib.widgets.systems.screen.names import channel, missing
from crmlib.widgets.systems.screen.newcomers import Newcomer
from crmlib.widgets.systems.screen.privacy import Agree, Correct, Erase, See
from crmlib.widgets.systems.screen.sales import Move, Sale
from crmlib.widgets.systems.screen.service import Advance, Ticket
from crmlib.widgets.systems.screen.trail import Trail
from crmlib.widgets.systems.screen.visits import Carry, Log, Plan

FOUND = 20  # customers of a search
WAITING = 100  # rows of a work list

# JupyterLab may let widgets speak in threads of their own: one thing after the other.
_WORKING = RLock()


class CRMScreen(ipw.VBox):
    """The screen. What a role may not, what is typed wrongly and what others have changed is answered in a sentence."""

    def __init__(self, crm, login, account):
        self._system, self.crm, self.customer, self._quiet = crm, None, None, False
        self.news, self._card, self._history = ipw.HTML(), ipw.HTML(), ipw.HTML()
        told = say("Signed in", "登录身份")
        self.who = ipw.Dropdown(description=told, options=lists.users(crm), layout=_wide("30em"))
        self.text = ipw.Text(continuous_update=False, layout=_wide("26em"))
        self.text.placeholder = say("name, telephone, e-mail, number", "姓名、电话、邮箱、编号")
        self.search = button(say("Find", "查找"), once_arrived(self.find), icon="search")
        self.found, self.work = (ipw.Select(rows=5, layout=_wide("auto")) for _ in range(2))
        self.channel = ipw.Dropdown(description=say("Channel", "渠道"), layout=_wide("18em"))
        self.forms = self._forms()
        self._heads, self._boxes = (ipw.HTML(), ipw.HTML()), (self.work, self.found)
        super().__init__([ipw.HTML(f"<style>{tables.STYLE}</style>"), *self._laid_out()])
        self.add_class("crm-system")
        self.who.observe(lambda change: self.sign_in(change["new"]), names="value")
        self.found.observe(self._chosen, names="index")
        self.work.observe(self._chosen, names="index")
        self.channel.observe(self._show_history, names="value")
        on_enter(self.text, self.find)
        self._begin(login, account)

    def _forms(self):
        """The tabs, each with its forms."""
        return {
            say("Log", "记录"): [Log(self)],
            say("Calls", "电话计划"): [Carry(self), Plan(self)],
            say("Opportunities", "商机"): [Move(self), Sale(self)],
            say("Tickets", "工单"): [Advance(self), Ticket(self)],
            say("New customer", "新客户"): [Newcomer(self)],
            say("Consent", "同意"): [Agree(self)],
            say("Person's rights", "个人权利"): [See(self), Correct(self), Erase(self)],
            say("Trail", "操作日志"): [Trail(self)],
        }

    def _laid_out(self):
        self.tabs = ipw.Tab([ipw.VBox(forms) for forms in self.forms.values()], titles=list(self.forms))
        bar = ipw.HBox([self.who, self.text, self.search], layout=ipw.Layout(flex_flow="row wrap", grid_gap="0 1em"))
        work, found = (ipw.VBox([head, box]) for head, box in zip(self._heads, self._boxes, strict=True))
        work.layout.flex, found.layout.flex = "3 1 28em", "2 1 20em"
        both = ipw.HBox([work, found], layout=ipw.Layout(flex_flow="row wrap", grid_gap="0 1em"))
        told = say("360° view: all channels in one history", "360° 视图：各渠道往来记录")
        over = ipw.HBox([ipw.HTML(f"<h4>{told}</h4>"), self.channel])
        over.layout.align_items, over.layout.grid_gap = "center", "0 1em"
        self._sight = ipw.VBox([over, self._history])
        return bar, both, self._card, self._sight, self.news, self.tabs

    def _begin(self, login, account):
        if login is None and self._system.user is not None:
            login = self._system.user.login
        self._show()
        if login is not None:
            self._system.sign_in(login)  # an unknown one is refused at once
            self.who.value = login
        elif len(self.who.options) == 1:
            en = "Nobody can sign in yet: this CRM has no users. Add them by new_user(crm, …) or fill_from_qinghe(crm)."
            zh = "还没有人能登录：系统中没有用户。请用 new_user(crm, …) 添加，或用 fill_from_qinghe(crm) 导入。"
            self.tell(Feedback("hint", say(en, zh)))
        else:
            self.tell(Feedback("hint", say("Choose above who you are.", "请先在上方选择登录身份。")))
        if account is not None:
            self.see(account)

    # what a person does

    def sign_in(self, login):
        """Work as somebody else: his work list, and the customer as he may see him."""
        with _WORKING:
            account_id = self.customer and self.customer.account_id
            self.crm, self.customer = None, None
            self.answer(lambda: self._sign_in(login))
            if self.crm is not None and account_id is not None:
                self.see(account_id)

    def _sign_in(self, login):
        self._options(self.found, [])
        self.crm = None if login == NONE else self._system.sign_in(login)
        self._read_again()
        if self.crm is None:
            return say("Signed out.", "已退出登录。")
        user = self.crm.user
        return say(f"{user.name} has signed in ({named(user.role)}).", f"{user.name}已登录（{named(user.role)}）。")

    def find(self):
        """Look for customers by what is typed."""
        self.answer(self._find)

    def _find(self):
        if not self.text.value.strip():
            en = "Type a part of a name, telephone number, e-mail address or number first."
            raise ValueError(say(en, "请先输入姓名、电话、邮箱或编号的一部分。"))
        hits = looked_up(self.signed_in(), self.text.value, FOUND + 1)
        more, lines = len(hits) > FOUND, lists.hits(hits.head(FOUND))
        self._options(self.found, lines)
        if not lines:
            en = f'No customer is found by "{self.text.value}". Try a part of the name, the telephone or the number.'
            zh = f"没有找到“{self.text.value}”。可以只输入姓名、电话或编号的一部分。"
            why = unseen(self.crm, self.text.value)
            raise ValueError(say(f"{en} {why}".strip(), zh + why))
        if len(lines) == 1:
            self.load(lines[0][1][1])
        en = f"The first {FOUND} customers: type more to have fewer." if more else f"Customers found: {len(lines)}."
        return say(en, f"只列出前 {FOUND} 位客户，请多输入几个字。" if more else f"找到 {len(lines)} 位客户。")

    def see(self, account_id):
        """Show a customer."""
        self.answer(lambda: self.load(account_id))

    def load(self, account_id):
        """Put a customer on the screen and into the forms; return the sentence that says so."""
        if self.customer is None or self.customer.account_id != account_id:
            self.channel.options = ()  # another customer is met with all channels
        self.customer = look(self.signed_in(), account_id)
        for form in self._all_forms():
            form.take(self.customer)
        return say(f"On the screen: {self.customer.name}.", f"当前客户：{self.customer.name}。")

    def _chosen(self, change):
        """Open what was chosen in the work list, or among those found."""
        if self._quiet or change["new"] is None:
            return
        table, key, *account = change["owner"].options[change["new"]][1]
        self._options(self.found if change["owner"] is self.work else self.work, None)
        if table == "campaigns":
            self.answer(lambda: lists.campaign(self.crm, key))
        else:
            self.see(account[0] if account else key)
            self._turn_to(table, key)

    def _turn_to(self, table, key):
        """Bring what waits on the work list into its form."""
        places = {"activities": (1, "activity_id"), "opportunities": (2, "opportunity_id"), "tickets": (3, "ticket_id")}
        if table in places:
            tab, name = places[table]
            self.tabs.selected_index = tab
            field = list(self.forms.values())[tab][0].fields[name]
            if any(value == key for _, value in field.options):
                field.value = key

    # answers

    def answer(self, work, form=None):
        """Do some work, and tell the sentence it returns; or the one with which it is refused.

        What is typed in a form stays in it where nothing was written.
        """
        with _WORKING:
            feedback = tried(work, form)
            done, late = feedback.status == "right", feedback.misconception == "late"
            if done and form is not None:
                form.clear()
            again = tried(self._read_again) if late or (done and form is not None) else tried(self._show_customer)
            if again.status != "right":
                feedback = Feedback("wrong", f"{feedback.message} {again.message}")
            self.tell(feedback)

    def tell(self, feedback):
        """Say something on the screen."""
        told = feedback._repr_mimebundle_()["text/html"]
        self.news.value = f'<div class="crm-news" aria-live="polite">{told}</div>'

    def _read_again(self):
        """Read the customer and the work list anew, as they are after a change."""
        customer, self.customer = self.customer, None
        self.customer = customer and look(self.crm, customer.account_id)
        for form in self._all_forms():
            form.take(self.customer)
        self._show()

    def signed_in(self):
        """The CRM as whoever has signed in sees it."""
        if self.crm is None:
            raise ValueError(say("Choose above who you are.", "请先在上方选择登录身份。"))
        return self.crm

    def _all_forms(self):
        return [form for forms in self.forms.values() for form in forms]

    # what is seen

    def _show(self):
        self._show_work()
        self._show_customer()

    def _show_work(self):
        rows = work_list(self.crm, WAITING + 1) if self.crm else None
        lines = [] if rows is None else lists.waiting(rows.head(WAITING))
        self._options(self.work, lines)
        late = sum(rows["overdue"]) if lines else 0
        now = f"{self.crm.now():%Y-%m-%d}" if self.crm else ""
        more = ("first ", "前 ") if lines and len(rows) > WAITING else ("", "")
        en = f"Work list, {now}: {more[0]}{len(lines)} waiting, {late} overdue"
        head = (
            say(en, f"工作清单（{now}）：{more[1]}{len(lines)} 件，逾期 {late} 件")
            if self.crm
            else say("Work list", "工作清单")
        )
        self._heads[0].value = f"<h4>{head}</h4>"
        self._heads[1].value = f"<h4>{say('Customers found', '查找结果')}</h4>"

    def _show_customer(self):
        if self.customer is None:
            told = say(
                "No customer is open: choose from the work list, or find one.",
                "没有打开的客户：请从工作清单中选择，或者查找。",
            )
            self._card.value = f'<div class="crm-facts"><p>{told}</p></div>'
        else:
            self._card.value = tables.card_html(self.customer.card)
            channels = [one for one in self.customer.history["channel"].unique() if not missing(one)]
            everything = say(f"all ({len(self.customer.history)})", f"全部（{len(self.customer.history)}）")
            offer(self.channel, [(everything, NONE), *((channel(one), one) for one in sorted(channels))])
        self._sight.layout.display = "none" if self.customer is None else None
        self._show_history()

    def _show_history(self, _=None):
        role = self.crm and self.crm.user.role
        told = tables.history_html(self.customer, role, self.channel.value or None) if self.customer else ""
        self._history.value = f'<div class="crm-history">{told}</div>' if told else ""

    def _options(self, box, lines):
        """Put lines into a list, none of them chosen; None leaves the lines as they are."""
        self._quiet = True
        if lines is not None and tuple(lines) != box.options:
            box.options = lines
        box.index = None
        self._quiet = False


def _wide(width):
    return ipw.Layout(width=width, max_width="98%")


@takes_givens
def crm_screen(crm, login=None, account=None):
    """Let a reader work with a CRM: sign in, look at the work list, find a customer, see all channels, write.

    Parameters
    ----------
    crm : CRM
        From `crmlib.systems.open_crm`. Where the system has opened it, the reader may sign in as anybody; where
        somebody has signed in already, only as he.
    login : str, optional
        Who has signed in when the screen appears.
    account : str, optional
        The number of the customer who is on it.

    Returns
    -------
    CRMScreen

    Examples
    --------
    >>> from crmlib.systems import new_account, new_user, open_crm
    >>> crm = open_crm(":memory:", now="2025-12-31 10:00")
    >>> user_id = new_user(crm, "Lin Tao", "service1", "service")
    >>> screen = crm_screen(crm, login="service1", account=new_account(crm, "Blue Door Café", "business"))
    >>> screen.customer.name
    'Blue Door Café'
    """
    opened(crm)
    login = None if login is None else checks.text(login, "login")
    account = None if account is None else checks.text(account, "account")
    return CRMScreen(crm, login, account)
