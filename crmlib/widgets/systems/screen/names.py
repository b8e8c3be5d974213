"""What the screen calls channels, purposes and columns; for other words of the tables see `crmlib.systems.words`."""

import re

import pandas as pd

from crmlib.language import heading, say
from crmlib.systems import model
from crmlib.systems.words import named

NOTHING = "—"
CHANNELS = model.CHANNELS[:7]  # those of daily work; the others are of orders and leads

_CHANNELS = {
    "phone": ("telephone", "电话"),
    "sms": ("text message", "短信"),
    "email": ("e-mail", "邮件"),
    "wechat": ("WeChat", "微信"),
    "app": ("app", "App"),
    "store": ("store", "门店"),
    "visit": ("visit", "上门"),
    "business": ("key accounts", "大客户"),
    "web": ("website", "网站"),
    "referral": ("referral", "老客户介绍"),
    "cold_call": ("cold call", "陌生拜访"),
    "fair": ("fair", "展会"),
    "any": ("any channel", "任何渠道"),
}
_PURPOSES = {
    "order": ("to carry out orders", "处理订单"),
    "marketing": ("marketing", "营销"),
    "profile": ("profiles", "画像"),
}
_ACTIONS = {
    "insert": ("added", "新增"),
    "update": ("changed", "修改"),
    "delete": ("deleted", "删除"),
    "read": ("read", "查看"),
    "export": ("copied out", "导出"),
    "erase": ("erased", "抹除"),
}
_COLUMNS = {
    "account_id": ("Customer number", "客户编号"),
    "contact_id": ("Contact number", "联系人编号"),
    "consent_id": ("Consent number", "同意编号"),
    "order_id": ("Order number", "订单编号"),
    "activity_id": ("Activity number", "活动编号"),
    "ticket_id": ("Ticket number", "工单编号"),
    "opportunity_id": ("Opportunity number", "商机编号"),
    "contract_id": ("Contract number", "合同编号"),
    "campaign_id": ("Campaign number", "营销活动编号"),
    "owner_id": ("Looked after by (number)", "负责人编号"),
    "user_id": ("Done by (number)", "经办人编号"),
    "owner": ("Looked after by", "负责人"),
    "name": ("Name", "名称"),
    "kind": ("Kind", "类型"),
    "industry": ("Industry", "行业"),
    "region": ("Region", "区域"),
    "address": ("Address", "地址"),
    "status": ("Status", "状态"),
    "since": ("Since", "建档日期"),
    "grade": ("Grade", "等级"),
    "version": ("Version", "版本"),
    "position": ("Position", "职务"),
    "phone": ("Telephone", "电话"),
    "email": ("E-mail", "邮箱"),
    "birthday": ("Birthday", "生日"),
    "purpose": ("Purpose", "目的"),
    "channel": ("Channel", "渠道"),
    "given": ("Agreed", "是否同意"),
    "at": ("Time", "时间"),
    "source": ("Where it was said", "依据"),
    "amount": ("Amount (yuan)", "金额（元）"),
    "cost": ("Cost (yuan)", "费用（元）"),
    "discount": ("Discount (yuan)", "优惠（元）"),
    "stage": ("Stage", "阶段"),
    "opened": ("Opened", "建立时间"),
    "expected": ("Expected", "预计成交"),
    "closed": ("Closed", "结束时间"),
    "signed": ("Signed", "签订日期"),
    "starts": ("Begins", "开始"),
    "ends": ("Ends", "结束"),
    "planned": ("Planned", "计划"),
    "done": ("Done", "完成"),
    "subject": ("Subject", "主题"),
    "notes": ("Notes", "备注"),
    "step": ("Step", "步骤"),
    "due": ("Due", "到期"),
    "outcome": ("Due, or how it ended", "到期或结果"),
    "solution": ("Solution", "解决办法"),
    "satisfaction": ("Satisfaction", "满意度"),
    "reason": ("Reason", "原因"),
    "what": ("What", "内容"),
    "who": ("Who", "经办人"),
    "action": ("Action", "操作"),
    "login": ("Login", "登录名"),
    "role": ("Role", "角色"),
    "active": ("Active", "在用"),
    "budget": ("Budget (yuan)", "预算（元）"),
}


def column(name):
    """What a column is called.

    >>> column("phone")
    'Telephone'
    """
    return say(*_COLUMNS[name]) if name in _COLUMNS else heading(name)


def channel(word):
    """What a channel is called; nothing is a dash.

    >>> channel("sms"), channel(None), channel("kiosk")
    ('text message', '—', 'Kiosk')
    """
    if missing(word):
        return NOTHING
    return say(*_CHANNELS[word]) if word in _CHANNELS else heading(word)


def purpose(word):
    """What a purpose of using data is called.

    >>> purpose("order")
    'to carry out orders'
    """
    return say(*_PURPOSES[word])


def action(word):
    """What was done to a row, in the words of the trail.

    >>> action("export")
    'copied out'
    """
    return say(*_ACTIONS[word])


def missing(value):
    """Whether a cell of a table is empty.

    >>> missing(None), missing(float("nan")), missing("")
    (True, True, False)
    """
    return value is None or bool(pd.isna(value))


_ISO = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d$")  # as the trail keeps moments
_WORDS = {
    "channel": channel,
    "purpose": purpose,
    "region": heading,
    "industry": heading,
    **dict.fromkeys(("kind", "status", "stage", "step", "role"), named),
}


def shown(name, value):
    """A cell of a column as a person reads it.

    >>> shown("amount", 1200.5), shown("done", True), shown("at", pd.Timestamp("2025-12-31 09:30"))
    ('1,200.50', 'yes', '2025-12-31 09:30')
    """
    if missing(value):
        return NOTHING
    if name in _WORDS:
        return _WORDS[name](value)
    if name in ("given", "done", "planned", "active"):
        return say("yes", "是") if value else say("no", "否")
    if name in ("amount", "cost", "discount", "budget") and not isinstance(value, str):
        return f"{value:,.2f}"
    if isinstance(value, pd.Timestamp) or hasattr(value, "hour"):
        return f"{value:%Y-%m-%d %H:%M}"
    return _ISO.sub(r"\1 \2", str(value))
