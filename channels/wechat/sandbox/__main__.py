"""``python -m channels.wechat.sandbox``: the stand-in on this machine."""

import argparse
import sys

import uvicorn

from channels.wechat.sandbox.app import create_app
from channels.wechat.sandbox.credentials import credentials_from, env_file, from_settings, made_for
from channels.wechat.sandbox.platform import Platform
from settings import get_settings


def main() -> int:
    """Serve until Ctrl-C; with ``--write-env`` only write the account's settings and end."""
    settings = get_settings()
    parser = argparse.ArgumentParser(prog="python -m channels.wechat.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--gateway", default=f"http://127.0.0.1:{settings.port}/wechat")
    parser.add_argument("--token-life", type=float, default=7200.0, help="seconds an access token lives")
    parser.add_argument("--write-env", action="store_true", help="write var/wechat-sandbox.env and end")
    options = parser.parse_args()
    say = sys.stdout.write
    if settings.wechat_configured and not options.write_env:
        credentials = from_settings(settings)
    else:
        credentials = credentials_from(made_for(settings, port=options.port))
        say(f"The gateway needs the settings in {env_file(settings)}\n")
    if options.write_env:
        return 0
    platform = Platform(credentials, token_life_s=options.token_life)
    platform.add_user("小林")
    say(f"Phone: http://{options.host}:{options.port}/  pushing to {options.gateway}\n")
    sys.stdout.flush()
    app = create_app(platform, gateway=options.gateway)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
