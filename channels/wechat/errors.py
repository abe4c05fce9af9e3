"""What WeChat's API may answer instead of success; every class says what it means for a delivery."""


class WeChatError(Exception):
    """A call to WeChat did not succeed."""

    def __init__(self, code: str = "") -> None:
        # Only the code: WeChat's errmsg may quote what was sent.
        super().__init__(f"{(self.__doc__ or '').splitlines()[0]} ({code})" if code else self.__doc__)
        self.code = code


class NotSent(WeChatError):
    """WeChat surely did not take it; it may be tried again later."""


class NotReached(NotSent):
    """No connection to WeChat could be made."""


class RateLimited(NotSent):
    """The account has called too often; every call waits."""


class TokenRefused(NotSent):
    """WeChat does not accept this access token."""


class TokenUnavailable(NotSent):
    """No access token could be had."""


class Unconfirmed(WeChatError):
    """The request went out and no answer came: nobody can say whether WeChat took it."""


class WindowClosed(WeChatError):
    """The user wrote too long ago for a customer-service message."""


class QuotaUsedUp(WeChatError):
    """No customer-service message is left until the user writes again."""


class Refused(WeChatError):
    """WeChat refused it, and would refuse it again."""


class MediaGone(Refused):
    """WeChat no longer has this media file, or never had."""


# https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
# 40001 invalid credential, 40014 invalid access_token, 42001 access_token expired: refresh once and retry once.
TOKEN_CODES = frozenset({40001, 40014, 42001})
# 45009 daily calls used up, 45011 calls a minute used up: back off; the quota is never cleared by ourselves.
RATE_CODES = frozenset({45009, 45011})
# -1 system busy.
BUSY_CODES = frozenset({-1})
# 45015 response out of time limit: more than 48 h since the user's last message.
WINDOW_CODES = frozenset({45015})
# 45047 out of response count limit: the messages of the window are used up.
QUOTA_CODES = frozenset({45047})
# 40007 invalid media_id.
MEDIA_CODES = frozenset({40007})


def error_for(errcode: int) -> WeChatError:
    """The named error for an ``errcode`` other than 0."""
    named: tuple[tuple[frozenset[int], type[WeChatError]], ...] = (
        (TOKEN_CODES, TokenRefused),
        (RATE_CODES, RateLimited),
        (BUSY_CODES, NotSent),
        (WINDOW_CODES, WindowClosed),
        (QUOTA_CODES, QuotaUsedUp),
        (MEDIA_CODES, MediaGone),
    )
    kind = next((error for codes, error in named if errcode in codes), Refused)
    return kind(str(errcode))
