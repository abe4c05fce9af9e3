"""The hospital's own Official Account, as the settings give it."""

import base64
import binascii
from dataclasses import dataclass, field

from settings import Settings

# An EncodingAESKey is 43 characters of base64 without its padding: 32 bytes.
AES_KEY_CHARS = 43


class InvalidAesKey(ValueError):
    """XINGLIN_WECHAT_AES_KEY must be the 43 characters shown on the account's page."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class WeChatAccount:
    """Token, keys and addresses of one Official Account; ``aes_key`` empty means plain mode."""

    token: str = field(repr=False)
    app_id: str
    secret: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    api_base: str = "https://api.weixin.qq.com"
    template_id: str = ""

    def __post_init__(self) -> None:
        if self.aes_key:
            try:
                valid = len(self.aes_key) == AES_KEY_CHARS and len(base64.b64decode(self.aes_key + "=")) == 32  # noqa: PLR2004
            except binascii.Error:
                valid = False
            if not valid:
                raise InvalidAesKey

    @classmethod
    def from_settings(cls, settings: Settings) -> "WeChatAccount":
        """The account of this installation; raises :class:`InvalidAesKey`."""
        return cls(
            token=settings.wechat_token.get_secret_value(),
            app_id=settings.wechat_app_id,
            secret=settings.wechat_secret.get_secret_value(),
            aes_key=settings.wechat_aes_key.get_secret_value(),
            api_base=settings.wechat_api_base.rstrip("/"),
            template_id=settings.wechat_template_id,
        )
