"""``make sandbox``: the house with a stand-in for WeChat's platform beside it, so that anyone can try that way.

The account's values are made once for this installation and handed to both, as a real account's would be.
"""

import json
import os
import secrets
import string
import sys

from deploy.processes import Process, house_environment
from deploy.run import main, prepare_folders, write_private
from settings import get_settings

PORT = 8100


def account() -> dict[str, str]:
    """Token, key, id and secret of the stand-in account, made on first use."""
    settings = get_settings()
    prepare_folders(settings)
    file = settings.var / "keys" / "sandbox.json"
    if not file.exists():
        letters = string.ascii_letters + string.digits
        made = {
            "XINGLIN_WECHAT_TOKEN": secrets.token_urlsafe(24),
            # WeChat's EncodingAESKey: 43 characters of base64, 32 bytes.
            "XINGLIN_WECHAT_AES_KEY": "".join(secrets.choice(letters) for _ in range(42)) + "A",
            "XINGLIN_WECHAT_APP_ID": "wx" + secrets.token_hex(8),
            "XINGLIN_WECHAT_SECRET": secrets.token_hex(16),
            "XINGLIN_WECHAT_TEMPLATE_ID": secrets.token_urlsafe(24),
        }
        write_private(file, json.dumps(made))
    values: dict[str, str] = json.loads(file.read_text())
    return values


def run() -> int:
    """Run the house and the stand-in until Ctrl-C."""
    address = f"http://127.0.0.1:{PORT}"
    os.environ.update(account(), XINGLIN_WECHAT_API_BASE=address)
    get_settings.cache_clear()
    gateway = f"http://127.0.0.1:{get_settings().port}/wechat"
    command = (sys.executable, "-m", "channels.wechat.sandbox", "--port", str(PORT), "--gateway", gateway)
    sandbox = Process("sandbox", command, house_environment(without=()))
    return main([("微信沙箱", f"{address}/", sandbox)])


if __name__ == "__main__":
    sys.exit(run())
