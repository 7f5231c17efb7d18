"""Staffing requests: drafted, sent, chased, answered, sent again or withdrawn; and reminders.

Which step may follow which is a table in ``cadres.rules.requests``; nothing here decides it.
"""

from cadres.services.requests.drafts import MOST_LINES, PostAsked, change_draft, draft_request
from cadres.services.requests.files import CannotExport, export_requests, read_attachment
from cadres.services.requests.reminders import remind_replies
from cadres.services.requests.replies import answer_request
from cadres.services.requests.sending import (
    chase_reply,
    resend_request,
    send_request,
    withdraw_request,
)
from cadres.services.requests.steps import CannotDraft, CannotRecord

__all__ = [
    "MOST_LINES",
    "CannotDraft",
    "CannotExport",
    "CannotRecord",
    "PostAsked",
    "answer_request",
    "change_draft",
    "chase_reply",
    "draft_request",
    "export_requests",
    "read_attachment",
    "remind_replies",
    "resend_request",
    "send_request",
    "withdraw_request",
]
