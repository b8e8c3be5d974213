"""The screen of the CRM in the browser, as somebody at it sees and works it."""

from playwright.sync_api import expect

from crmlib.language import say


class Screen:
    """The screen in the notebook in front: what is filled in, pressed and read, all by the words that it shows."""

    def __init__(self, desk):
        self.root = desk.front.locator(".crm-system")
        expect(self.root).to_have_count(1)
        self.root.scroll_into_view_if_needed()
        self.card, self.history = self.root.locator(".crm-facts"), self.root.locator(".crm-history")
        self.news, self.rows = self.root.locator(".crm-news"), self.history.locator("tbody tr")
        self.work, self.found = self.root.locator("select[size]").nth(0), self.root.locator("select[size]").nth(1)
        # Of the tabs only the one in front is seen.
        self.tab = self.root.locator(".widget-tab-contents > :not(.lm-mod-hidden)")

    def told(self, status, *parts):
        """Wait until the screen answers so."""
        for part in parts:
            expect(self.news).to_contain_text(part)
        expect(self.news.locator(f".crm-{status}")).to_have_count(1)

    def sign_in(self, login):
        """Choose who one is; the work list and the answer follow."""
        who = self.root.get_by_label(say("Signed in", "登录身份"))
        who.select_option(who.locator("option", has_text=f"({login})").get_attribute("value"))

    def find(self, text, press="Enter"):
        """Look for customers; by Enter, or by a click on the button."""
        box = self.root.get_by_placeholder(say("name, telephone, e-mail, number", "姓名、电话、邮箱、编号"))
        box.fill(text)
        box.press("Enter") if press == "Enter" else self.root.get_by_role("button", name=press).click()

    def turn_to(self, en, zh):
        """Bring a tab to the front."""
        self.root.get_by_role("tab", name=say(en, zh), exact=True).click()

    def fill(self, fields):
        """Fill in fields of the tab in front: lists by what they show, others by keyboard."""
        for name, value in fields.items():
            field = self.tab.get_by_label(name, exact=True)
            is_list = field.evaluate("field => field.tagName") == "SELECT"
            field.select_option(value) if is_list else field.fill(value)

    def press(self, name):
        """Press a button of the tab in front."""
        self.tab.get_by_role("button", name=name).click()  # its icon counts as a part of its name
