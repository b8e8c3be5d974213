"""Take the README's pictures of today's notebooks: ``python docs/make_pictures.py``, with the Python of the tests."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

import browser  # noqa: E402


def take(language, folder):
    """Return a photograph of chapter 04 at the explorer of lifetime value."""
    with browser.desk(folder, language, width=1400, height=900) as desk:
        desk.open(f"work/{language}/04_value.ipynb")
        desk.run_all()
        # Without the list of files, which tells how many minutes ago they were made.
        desk.page.evaluate("() => { jupyterapp.commands.execute('application:toggle-left-area'); }")
        cell = desk.cell("clv_explorer")
        explorer = browser.Explorer(cell.locator(".crm-explorer"))
        with explorer.changing():
            explorer.sliders.first.press("PageUp")
        cell.evaluate("cell => cell.scrollIntoView({block: 'start'})")
        desk.page.mouse.move(0, 0)
        desk.page.wait_for_timeout(500)  # the frame around the focus fades
        return Image.open(io.BytesIO(desk.page.screenshot()))


def main():
    for language in ("en", "zh"):
        with tempfile.TemporaryDirectory() as folder:
            picture = take(language, Path(folder))
        file = PROJECT / "docs" / "pictures" / f"chapter_04_{language}.png"
        file.parent.mkdir(exist_ok=True)
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file.relative_to(PROJECT)}: {picture.width} x {picture.height}, {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
