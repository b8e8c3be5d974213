"""Take the README's pictures of today's notebooks: ``python docs/make_pictures.py``, with the Python of the tests."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests.support import browser  # noqa: E402


def lifetime_value(cell):
    """Move a slider of chapter 04's explorer."""
    explorer = browser.Explorer(cell.locator(".crm-explorer"))
    with explorer.changing():
        explorer.sliders.first.press("PageUp")


def complaint_desk(cell):
    """Answer the first customer of chapter 08's desk."""
    cell.locator("input[type=radio]").first.click()
    cell.locator(".crm-desk .widget-button").first.click()


def one_customer(cell):
    """See what happened with the customer whom chapter 09's screen shows."""
    cell.locator(".crm-system").wait_for()


# Chapter, what its cell calls, and what to do there.
PICTURES = {
    "chapter_04": ("04_value", "clv_explorer", lifetime_value),
    "chapter_08": ("08_churn", "complaint_desk()", complaint_desk),
    "chapter_09": ("09_systems", "crm_screen", one_customer),
}


def take(desk, language, chapter, call, act):
    """Return a photograph of a chapter at one of its widgets."""
    desk.open(f"work/{language}/{chapter}.ipynb")
    desk.run_all()
    # Without the list of files, which tells how many minutes ago they were made.
    desk.page.evaluate("() => { jupyterapp.commands.execute('application:toggle-left-area'); }")
    cell = desk.cell(call)
    act(cell)
    cell.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    desk.page.mouse.move(0, 0)
    desk.page.wait_for_timeout(500)  # the frame around the focus fades
    return Image.open(io.BytesIO(desk.page.screenshot()))


def main():
    for language in ("en", "zh"):
        with (
            tempfile.TemporaryDirectory() as folder,
            browser.desk(Path(folder), language, width=1400, height=900) as desk,
        ):
            for name, scene in PICTURES.items():
                picture = take(desk, language, *scene)
                file = PROJECT / "docs" / "pictures" / f"{name}_{language}.png"
                file.parent.mkdir(exist_ok=True)
                picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
                print(
                    f"{file.relative_to(PROJECT)}: {picture.width} x {picture.height}, {file.stat().st_size // 1024} KB"
                )


if __name__ == "__main__":
    main()
