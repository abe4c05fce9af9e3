"""What can be done that is worth a row. The values are kept for years: add, never rename."""

from enum import StrEnum


class Action(StrEnum):
    # People of the console.
    ADD_STAFF = "add_staff"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    LOCK_OUT = "lock_out"
    CHANGE_PASSWORD = "change_password"  # noqa: S105  (an action's name)
    RESET_PASSWORD = "reset_password"  # noqa: S105
    CHANGE_STAFF = "change_staff"
    DISABLE_STAFF = "disable_staff"
    ENABLE_STAFF = "enable_staff"
    ENROL_FACTOR = "enrol_factor"
    RESET_FACTOR = "reset_factor"
    MAKE_RECOVERY_CODES = "make_recovery_codes"
    REVOKE_SESSION = "revoke_session"
    STEP_UP = "step_up"
    FORBIDDEN = "forbidden"

    # Views.
    LIST_ALERTS = "list_alerts"
    LIST_CONVERSATIONS = "list_conversations"
    VIEW_MESSAGES = "view_messages"
    VIEW_MEDIA = "view_media"
    VIEW_DOCUMENTS = "view_documents"
    REVEAL = "reveal"
    OPEN_SENSITIVE = "open_sensitive"  # level 5, by the house itself or by its own patient
    VIEW_AUDIT = "view_audit"
    VERIFY_AUDIT = "verify_audit"

    # Conversations.
    TAKE_OVER = "take_over"
    GIVE_BACK = "give_back"
    REPLY = "reply"
    TRANSFER_CONVERSATION = "transfer_conversation"
    WRITE_NOTE = "write_note"
    RAISE_ALERT = "raise_alert"
    ACKNOWLEDGE_ALERT = "acknowledge_alert"
    ESCALATE_ALERT = "escalate_alert"
    STORE_MEDIA = "store_media"
    STORE_FINDING = "store_finding"

    # Cases.
    LIST_CASES = "list_cases"
    OPEN_CASE = "open_case"
    VIEW_CASE = "view_case"
    CLAIM_CASE = "claim_case"
    RELEASE_CASE = "release_case"
    REASSIGN_CASE = "reassign_case"
    GRADE_CASE = "grade_case"
    CLOSE_CASE = "close_case"
    FILE_REPORT = "file_report"  # into the hospital's own records
    EXPORT_LABELS = "export_labels"
    EXPORT_FIGURES = "export_figures"

    # The clinic's day.
    OPEN_CLINIC = "open_clinic"
    STOP_CLINIC = "stop_clinic"
    LIST_BOOKINGS = "list_bookings"

    # What the house says and screens for.
    PUBLISH_DOCUMENT = "publish_document"
    PROPOSE_RED_FLAG = "propose_red_flag"
    APPROVE_RED_FLAG = "approve_red_flag"
    REFUSE_RED_FLAG = "refuse_red_flag"
    WITHDRAW_RED_FLAG = "withdraw_red_flag"
    PROPOSE_FOLLOW_UP_PLAN = "propose_follow_up_plan"
    APPROVE_FOLLOW_UP_PLAN = "approve_follow_up_plan"
    REFUSE_FOLLOW_UP_PLAN = "refuse_follow_up_plan"
    WITHDRAW_FOLLOW_UP_PLAN = "withdraw_follow_up_plan"

    # Rehabilitation.
    PRESCRIBE_REHAB = "prescribe_rehab"
    CHANGE_REHAB = "change_rehab"
    PAUSE_REHAB = "pause_rehab"
    RESUME_REHAB = "resume_rehab"
    END_REHAB = "end_rehab"
    VIEW_REHAB = "view_rehab"

    # Follow-up.
    START_FOLLOW_UP = "start_follow_up"
    STOP_FOLLOW_UP = "stop_follow_up"
    VIEW_FOLLOW_UP = "view_follow_up"

    # Patients and appointments.
    REGISTER_PATIENT = "register_patient"
    BOOK = "book"
    CHANGE_APPOINTMENT = "change_appointment"
    CANCEL_APPOINTMENT = "cancel_appointment"

    # Outside systems.
    ADD_PARTNER = "add_partner"
    REVOKE_PARTNER = "revoke_partner"
    PARTNER_READ = "partner_read"
    PARTNER_WRITE = "partner_write"

    # Keys.
    ROTATE_KEYS = "rotate_keys"

    # Backups.
    MAKE_BACKUP = "make_backup"
    RESTORE_BACKUP = "restore_backup"

    # The audit itself.
    ARCHIVE_AUDIT = "archive_audit"
    PRUNE_AUDIT = "prune_audit"

    # What patients decide about their data, and what becomes of the data.
    GIVE_CONSENT = "give_consent"
    REFUSE_CONSENT = "refuse_consent"
    WITHDRAW_CONSENT = "withdraw_consent"
    ASK_EXPORT = "ask_export"
    MAKE_EXPORT = "make_export"
    DOWNLOAD_EXPORT = "download_export"
    ASK_ERASURE = "ask_erasure"
    ERASE = "erase"
    HOLD_RETENTION = "hold_retention"
    RELEASE_RETENTION = "release_retention"
    REPORT_RETENTION = "report_retention"
    END_RETENTION = "end_retention"
