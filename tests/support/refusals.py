"""What the library must do with bad input: refuse it with an error of the right kind, in both languages."""

import pytest

import crmlib


def refuses(call, error, english):
    """Expect an error whose English text matches, and whose Chinese text is Chinese."""
    with pytest.raises(error, match=f"(?s){english}"):
        call()
    crmlib.use_language("zh")
    with pytest.raises(error, match="(?s)[\u4e00-\u9fff]{2}.*[，。：]"):
        call()
    crmlib.use_language("en")
