"""The practice exercise of the start page."""

from crmlib.exercises import Exercise, Road

EXERCISES = {
    "stayed": Exercise(
        expected=lambda: 180 / 240,
        percent=True,
        right={"en": "Right. You have just computed a retention rate.", "zh": "正确。你刚刚算出了一个留存率。"},
        hints={
            "en": ("Who stayed, out of whom?", "Divide those who still buy by those who were there in January."),
            "zh": ("留下来的是谁，原来一共有谁？", "用还在买的人数，除以 1 月份的人数。"),
        },
        roads=(
            Road(
                "churn",
                lambda: 1 - 180 / 240,
                "That is the share who left. Asked is the share who stayed.",
                "这是走掉的比例，问的是留下的比例。",
            ),
            Road(
                "upside_down",
                lambda: 240 / 180,
                "You divided January by December: a share of those who were there cannot exceed 1.",
                "你把除数和被除数弄反了：留下的比例不会超过 1。",
            ),
            Road(
                "number_left",
                lambda: 240 - 180,
                "That is how many left. Asked is a share.",
                "这是走掉的人数，问的是比例。",
            ),
        ),
    )
}
