"""Every setting of the house, read from ``XINGLIN_*`` environment variables or ``.env``.

Each field has a heading in README.md; ``tests/unit/test_settings.py`` holds the two together.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """The settings of one installation; frozen, so that no code can change them while running."""

    model_config = SettingsConfigDict(
        env_prefix="XINGLIN_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    # The hospital, as patients read it.
    hospital_name: str = "杏林示范医院"
    emergency_entrance: str = "医院东门急诊楼一层，24 小时开放"
    emergency_phone: str = "120"
    service_phone: str = ""
    timezone: str = "Asia/Shanghai"
    insurance_policies: Path | None = None
    on_duty: Path | None = None
    pager_url: str = ""
    # How many conversations one seat may hold; an emergency is taken over all the same.
    seat_capacity: int = Field(default=5, ge=1, le=50)

    # Where things are kept.
    var: Path = ROOT / "var"
    database_url: str = Field(default="", repr=False)  # may hold a password
    jobs_database_url: str = Field(default="", repr=False)  # may hold a password
    master_key_file: Path | None = None
    # Role separation on PostgreSQL: migrations run as the owner, the house as a role that cannot change the audit.
    database_owner_url: str = Field(default="", repr=False)  # may hold a password
    audit_checkpoints: Path | None = None
    audit_key_file: Path | None = None
    cipher: Literal["aes-256-gcm", "sm4-gcm"] = "aes-256-gcm"
    key_cache_s: float = Field(default=300.0, ge=0)
    vault_url: str = ""
    vault_token_file: Path | None = None
    vault_ca_file: Path | None = None
    vault_mount: str = "transit"
    vault_key: str = Field(default="xinglin", pattern=r"^[A-Za-z0-9_\-]{1,40}$")
    data: Path = ROOT.parent / "shared" / "data"

    # Addresses of the processes.
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    rasa_port: int = 5005
    rasa_url: str = ""
    actions_port: int = 5055
    vision_socket: Path | None = None
    vision_url: str = ""
    log_level: str = "INFO"

    # WeChat Official Account; empty means the channel is closed.
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_app_id: str = ""
    wechat_secret: SecretStr = SecretStr("")
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_template_id: str = ""

    # Backups; every night where a folder is named.
    backup_dir: Path | None = None
    backup_hour: int = Field(default=2, ge=0, le=23)
    backup_key_file: Path | None = None
    backup_passphrase: SecretStr = SecretStr("")

    # Who stands in front of the gateway, and what several gateways share.
    trusted_proxies: str = ""
    redis_url: SecretStr = SecretStr("")

    # Who signs in to the console, and when a session that nobody uses ends (GB/T 22239-2019, 8.1.4.1).
    console_idle_minutes: int = Field(default=15, ge=1, le=60)
    oidc_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_name: str = "医院统一认证"
    oidc_role_claim: str = "roles"
    oidc_roles: str = ""
    oidc_department_claim: str = "departments"

    # Limits.
    photo_max_bytes: int = Field(default=20 * 1024 * 1024, gt=0)
    video_max_bytes: int = Field(default=100 * 1024 * 1024, gt=0)
    voice_max_bytes: int = Field(default=2 * 1024 * 1024, gt=0)
    file_max_bytes: int = Field(default=20 * 1024 * 1024, gt=0)
    text_max_chars: int = Field(default=4000, gt=0)
    rasa_timeout_s: float = Field(default=20.0, gt=0)

    # What engines find. Judging a lesion from a photo is a Class III device (NMPA 2021 No. 47): a hospital that has the
    # approval may show patients the grade.
    grades_patient_visible: bool = False
    second_look_share: float = Field(default=0.1, ge=0, le=1)
    noncommercial_weights: bool = True

    # Days between the nightly report of what retention would remove and its removal.
    retention_announce_days: int = Field(default=7, ge=1)

    @property
    def zone(self) -> ZoneInfo:
        """The hospital's time zone: slots, opening hours and "明天" are meant in it."""
        return ZoneInfo(self.timezone)

    @property
    def records_url(self) -> str:
        """SQLAlchemy address of the records: ``database_url``, or SQLite in ``var``."""
        return self.database_url or f"sqlite:///{self.var / 'records.db'}"

    @property
    def jobs_url(self) -> str:
        """Address of DBOS' own database, apart from the records'."""
        return self.jobs_database_url or f"sqlite:///{self.var / 'jobs.db'}"

    @property
    def key_file(self) -> Path:
        """File of the master key: never in the database, mode 0600."""
        return self.master_key_file or self.var / "keys" / "master.key"

    @property
    def backup_key(self) -> Path:
        """File of the key that backups are sealed with; another than the records' own."""
        return self.backup_key_file or self.var / "keys" / "backup.key"

    @property
    def checkpoints_file(self) -> Path:
        """Signed checkpoints of the audit, a line each."""
        return self.audit_checkpoints or self.var / "audit" / "checkpoints.jsonl"

    @property
    def audit_key(self) -> Path:
        """File of the key that signs checkpoints."""
        return self.audit_key_file or self.var / "keys" / "audit.key"

    @property
    def rasa_address(self) -> str:
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")

    @property
    def vision_socket_path(self) -> Path:
        return self.vision_socket or self.var / "run" / "vision.sock"

    @property
    def base_url(self) -> str:
        """Address of the gateway as a browser of this installation reaches it."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def oidc_configured(self) -> bool:
        return bool(self.oidc_url and self.oidc_client_id)

    def first_password(self, username: str) -> Path:
        """File of one of the first accounts' password, there until it is changed."""
        return self.var / "keys" / f"first-password-{username}"

    @property
    def wechat_configured(self) -> bool:
        return bool(self.wechat_token.get_secret_value() and self.wechat_app_id)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once. Tests call ``get_settings.cache_clear()``."""
    return Settings()
