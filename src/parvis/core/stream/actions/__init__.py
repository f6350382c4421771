"""The only place where publications, their placements and what hangs on them are written."""

from .attachments import attach, describe, detach, nothing_left_behind, put_at
from .comments import (
    CommentsClosed,
    TooLateToEdit,
    answer,
    close_comments,
    edit_comment,
    hide_comment,
    show_comment,
    withdraw_comment,
)
from .following import follow, follow_person, source_of, unfollow, unfollow_person
from .linking import KeptByARule, open_by_link
from .publishing import (
    EndsBeforeItBegins,
    Said,
    accept_readers,
    begin,
    change_audience,
    delete,
    edit,
    keep_out,
    publish,
    restore,
    sources_of,
)
from .reports import report, settle
from .standing import apply_standing_rule, drop_standing_rule, set_standing_rule
from .statuses import edit_status, say, say_anew, withdraw_status
from .undoing import SETTLED_AFTER, UNDO_FOR, TooLateToUndo, withdraw
from .working import (
    StaleCopy,
    copy_of,
    drop_working_copy,
    keep_written,
    save_working_copy,
    version_of,
)

__all__ = [
    "SETTLED_AFTER",
    "UNDO_FOR",
    "CommentsClosed",
    "EndsBeforeItBegins",
    "KeptByARule",
    "Said",
    "StaleCopy",
    "TooLateToEdit",
    "TooLateToUndo",
    "accept_readers",
    "answer",
    "apply_standing_rule",
    "attach",
    "begin",
    "change_audience",
    "close_comments",
    "copy_of",
    "delete",
    "describe",
    "detach",
    "drop_standing_rule",
    "drop_working_copy",
    "edit",
    "edit_comment",
    "edit_status",
    "follow",
    "follow_person",
    "hide_comment",
    "keep_out",
    "keep_written",
    "nothing_left_behind",
    "open_by_link",
    "publish",
    "put_at",
    "report",
    "restore",
    "save_working_copy",
    "say",
    "say_anew",
    "set_standing_rule",
    "settle",
    "show_comment",
    "source_of",
    "sources_of",
    "unfollow",
    "unfollow_person",
    "version_of",
    "withdraw",
    "withdraw_comment",
    "withdraw_status",
]
