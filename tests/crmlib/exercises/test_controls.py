"""What the fields and buttons of boxes, quizzes and the CRM's screen have in common."""

import asyncio

from crmlib.exercises import controls


def test_a_press_waits_for_what_was_typed_before_it_and_two_at_once_count_once():
    seen, field = [], {"text": ""}

    async def browser():
        press = controls.once_arrived(lambda: seen.append(field["text"]))
        press(), press()
        field["text"] = "typed before"  # its thread comes later
        await asyncio.sleep(3 * controls.BESIDE)
        press()
        await asyncio.sleep(3 * controls.BESIDE)

    asyncio.run(browser())
    assert seen == ["typed before"] * 2
