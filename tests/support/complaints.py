"""The complaint desk of chapter 08 in the browser: what it shows beside its twin, and how it is played."""

import html
import re

from playwright.sync_api import expect


def assert_alike(table, twin):
    """The desk shows what its twin says: the case, the last reply or the account, the options, the button."""
    expect(table.locator(".crm-news")).to_have_text(text_of(twin._news))
    expect(table.locator(".widget-html").nth(1)).to_have_text(text_of(twin._head))
    shown = twin.options.layout.display is None
    expect(table.locator("input[type=radio]:visible")).to_have_count(3 if shown else 0)
    if shown:
        expect(table.locator(".widget-radio-box label")).to_have_text([text for text, _ in twin.options.options])
        expect(table.locator("input:checked")).to_have_count(0)
    names = [button.description for button in (twin.go, twin.again, twin.more) if button.layout.display is None]
    expect(table.locator(".widget-button:visible")).to_have_text(names)


def text_of(part):
    return html.unescape(re.sub("<[^>]+>", "", part.value))


def decide_by_mouse(table, choice):
    table.locator("input[type=radio]").nth(choice).click()
    table.locator(".widget-button").first.click()


def decide_by_keyboard(table, choice):
    """From the button back to the option, choose it, on to the button again, and press it."""
    keyboard, away = table.page.keyboard, 3 - choice
    table.locator(".widget-button").first.focus()
    for press in ["Shift+Tab"] * away + ["Space"] + ["Tab"] * away:
        keyboard.press(press)
    expect(table.locator("input[type=radio]").nth(choice)).to_be_checked()
    expect(table.locator(".widget-button").first).to_be_focused()
    keyboard.press("Enter")


def assert_score_card(table, language):
    pictures = table.locator("figure img")
    expect(pictures).to_have_count(3)
    for picture in pictures.all():
        assert bool(re.search("[一-鿿]", picture.get_attribute("alt"))) == (language == "zh")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
