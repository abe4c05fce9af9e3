"""One whole house for all scenarios: every process, the real assistant, SQLite in a temporary folder.

WeChat's platform beside it is the stand-in, on an address of its own.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from channels.wechat.sandbox.app import create_app
from channels.wechat.sandbox.platform import Credentials, Platform
from deploy.trial import Trial, free_port, trial_house
from settings import ROOT
from tests.acceptance.browser import running_chromium
from tests.acceptance.patient import Patient
from tests.acceptance.phone import Phone, WeChatWorld
from tests.wechat_house import AES_KEY, Server

CREDENTIALS = Credentials("token-of-the-trial", "wx00000000000trial", "secret-of-the-trial", AES_KEY, "template-1")

BACKUP_PASSPHRASE = "passphrase-of-the-trial"


@pytest.fixture(scope="session")
def wechat() -> WeChatWorld:
    """WeChat's platform as the house sees it, and the phones of its users."""
    platform, server, gateway_port = Platform(CREDENTIALS), Server(), free_port()
    server.app = create_app(platform, gateway=f"http://127.0.0.1:{gateway_port}/wechat")
    return WeChatWorld(platform=platform, address=server.address, gateway_port=gateway_port)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, wechat: WeChatWorld) -> Iterator[Trial]:
    """The house as ``make run`` starts it; skipped where Rasa's environment is missing."""
    if not (ROOT / "bot" / ".venv" / "bin" / "rasa").exists():
        pytest.skip("Rasa's environment is not there: run `make test`")
    environment = {
        "XINGLIN_PORT": str(wechat.gateway_port),
        "XINGLIN_WECHAT_TOKEN": CREDENTIALS.token,
        "XINGLIN_WECHAT_AES_KEY": CREDENTIALS.aes_key,
        "XINGLIN_WECHAT_APP_ID": CREDENTIALS.app_id,
        "XINGLIN_WECHAT_SECRET": CREDENTIALS.secret,
        "XINGLIN_WECHAT_TEMPLATE_ID": CREDENTIALS.template_id,
        "XINGLIN_WECHAT_API_BASE": wechat.address,
        "XINGLIN_BACKUP_PASSPHRASE": BACKUP_PASSPHRASE,
    }
    folder = tmp_path_factory.mktemp("house")
    (folder / "tmp").mkdir()
    environment["TMPDIR"] = str(folder / "tmp")
    with trial_house(folder / "var", environment=environment) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: playwright keeps an event loop in this thread as long as it is open."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def patient(house: Trial) -> Iterator[Patient]:
    """The browser of a new patient, who has agreed."""
    arrived = Patient(house.url)
    yield arrived
    arrived.close()


@pytest.fixture
def phone(house: Trial, wechat: WeChatWorld) -> Phone:
    """The phone of a new patient on WeChat, who has agreed."""
    return wechat.phone().agreed()
