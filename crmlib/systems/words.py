"""What the words that stand in a CRM's tables are called, for sentences and screens, in both languages."""

from crmlib.language import say

_WORDS = {
    # tables
    "users": ("users", "用户"),
    "accounts": ("accounts", "客户"),
    "contacts": ("contacts", "联系人"),
    "consents": ("consents", "同意记录"),
    "campaigns": ("campaigns", "营销活动"),
    "opportunities": ("opportunities", "商机"),
    "activities": ("activities", "活动记录"),
    "tickets": ("tickets", "工单"),
    "contracts": ("contracts", "合同"),
    "products": ("products", "产品"),
    "orders": ("orders", "订单"),
    "order_lines": ("order lines", "订单明细"),
    "audit": ("the audit trail", "操作日志"),
    # roles
    "sales": ("sales", "销售"),
    "marketing": ("marketing", "市场"),
    "service": ("service", "客服"),
    "manager": ("manager", "主管"),
    # accounts
    "household": ("household", "家庭"),
    "business": ("business", "企业"),
    "lead": ("lead", "线索"),
    "customer": ("customer", "客户"),
    "erased": ("erased", "已删除个人信息"),
    # stages of a sale; an account may be lost as well
    "qualified": ("qualified", "已确认需求"),
    "proposal": ("proposal", "方案报价"),
    "negotiation": ("negotiation", "谈判"),
    "won": ("won", "赢单"),
    "lost": ("lost", "流失"),
    # activities
    "call": ("call", "电话"),
    "visit": ("visit", "拜访"),
    "message": ("message", "消息"),
    "email": ("e-mail", "邮件"),
    "meeting": ("meeting", "会谈"),
    "gift": ("gift", "礼品"),
    "entertainment": ("entertainment", "招待"),
    "note": ("note", "备注"),
    # tickets, and their five steps
    "complaint": ("complaint", "投诉"),
    "question": ("question", "咨询"),
    "request": ("request", "请求"),
    "listening": ("listening", "倾听"),
    "empathy": ("empathy", "共情"),
    "apology": ("apology", "致歉"),
    "solution": ("solution", "解决"),
    "follow_up": ("follow-up", "回访"),
    # the rest of a history
    "order": ("order", "订单"),
    "campaign": ("campaign", "营销活动"),
    "opportunity": ("opportunity", "商机"),
    "contract": ("contract", "合同"),
    "running": ("running", "履行中"),
    "ended": ("ended", "已到期"),
    "cancelled": ("cancelled", "已解除"),
}


def named(word):
    """Return what a word of the tables is called in the language in use; another word stays as it is.

    >>> named("follow_up"), named("N000001")
    ('follow-up', 'N000001')
    """
    return say(*_WORDS.get(word, (word, word)))
