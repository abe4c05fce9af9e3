"""How the house is set up and started: sentences instead of traces, a model made again only when it must be, and no
secret where none is needed."""

import ast
import os
import socket
import sys
from pathlib import Path

import pytest

from deploy import bootstrap, model, run
from deploy.processes import bare_environment, house, house_environment, rasa_environment, tracker_key_file
from settings import ROOT, Settings

SECRETS = {
    "XINGLIN_DATABASE_URL": "postgresql+psycopg://xinglin:not-to-be-seen@db/xinglin",
    "XINGLIN_WECHAT_TOKEN": "not-to-be-seen-token",
    "XINGLIN_WECHAT_SECRET": "not-to-be-seen-secret",
    "XINGLIN_WECHAT_AES_KEY": "not-to-be-seen-key",
    "XINGLIN_MASTER_KEY_FILE": "/not-to-be-seen/master.key",
    "AWS_SECRET_ACCESS_KEY": "not-to-be-seen-either",
}


class TestSetUp:
    @pytest.mark.parametrize(
        ("printed", "said"),
        [
            ("error: command 'gcc' failed: No such file or directory", "build-essential"),
            ("configure: error: C compiler cannot create executables", "build-essential"),
            ("error: error sending request for url (…)\n  Caused by: dns error", "需要网络"),
            ("npm error code ENOTFOUND", "需要网络"),
            ("ERROR: No matching distribution found for uv", "需要网络"),
            ("OSError: [Errno 28] No space left on device", "磁盘空间不足"),
            ("one line\n  the last line says why  \n\n", "the last line says why（详情见 var/log/setup.log）"),
            ("", "没有说明原因（详情见 var/log/setup.log）"),
        ],
    )
    def test_a_failure_is_said_in_a_sentence(self, printed: str, said: str) -> None:
        assert said in bootstrap.reason(printed)

    def test_a_tool_that_fails_raises_its_reason(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bootstrap, "LOG", ROOT / os.path.relpath(tmp_path / "setup.log", ROOT))
        with pytest.raises(bootstrap.SetupFailed, match="安装 uv失败：连不上"):
            bootstrap.run(["sh", "-c", "echo 'Could not connect to server'; exit 2"], "安装 uv")
        with pytest.raises(bootstrap.SetupFailed, match="运行不了 no-such-tool"):
            bootstrap.run(["no-such-tool"], "构建网页")
        bootstrap.run(["true"], "什么也不做")

    def test_it_needs_nothing_but_an_old_python(self) -> None:
        source = (ROOT / "deploy" / "bootstrap.py").read_text(encoding="utf-8")
        tree = ast.parse(source, feature_version=(3, 8))
        modules = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert modules <= sys.stdlib_module_names

    def test_an_environment_is_made_again_when_its_lock_changes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
        (tmp_path / "some.lock").write_text("package==1")
        environment = bootstrap.Environment("venv", "3.11", "some.lock")
        assert not environment.is_current()
        (tmp_path / "venv" / "bin").mkdir(parents=True)
        (tmp_path / "venv" / "bin" / "python").touch()
        (tmp_path / "venv" / bootstrap.STAMP).write_text(environment.stamp())
        assert environment.is_current()
        (tmp_path / "some.lock").write_text("package==2")
        assert not environment.is_current()


class TestStart:
    @pytest.mark.parametrize("name", ["port", "rasa_port", "actions_port"])
    def test_a_port_that_is_taken_is_named(self, installation: Settings, name: str) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = other.getsockname()[1]
            settings = installation.model_copy(update={"port": 0, "rasa_port": 0, "actions_port": 0, name: taken})
            with pytest.raises(run.NotReady, match=f"端口 {taken} 已被占用.*XINGLIN_{name.upper()}={taken + 1}"):
                run.check_ports(settings)

    def test_free_ports_are_no_obstacle(self, installation: Settings) -> None:
        run.check_ports(installation.model_copy(update={"port": 0, "rasa_port": 0, "actions_port": 0}))

    def test_the_folders_are_for_this_user_alone(self, installation: Settings) -> None:
        (installation.var / "log").mkdir(parents=True, mode=0o755)  # as the set-up leaves it
        run.prepare_folders(installation)
        for folder in (installation.var, *installation.var.iterdir()):
            assert folder.stat().st_mode & 0o077 == 0, folder.name
        key = tracker_key_file(installation)
        assert key.stat().st_mode & 0o777 == 0o600
        before = key.read_text()
        run.prepare_folders(installation)
        assert key.read_text() == before


class TestModel:
    @pytest.fixture
    def sources(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A small copy of what training reads."""
        for name in ("config.yml", "domain.yml", "data/nlu/greet.yml", "bot/tokenizer.py", "bot/requirements.lock",
                     "language/symptoms.py", "language/data/symptoms.yaml"):  # fmt: skip
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(name)
        monkeypatch.setattr(model, "ROOT", tmp_path)
        return tmp_path

    @pytest.mark.parametrize(
        "changed",
        ["config.yml", "domain.yml", "data/nlu/greet.yml", "data/nlu/new.yml", "bot/tokenizer.py",
         "bot/requirements.lock", "language/symptoms.py", "language/data/symptoms.yaml"],
    )  # fmt: skip
    def test_what_training_reads_makes_a_new_model(self, sources: Path, changed: str) -> None:
        before = model.digest_of_inputs()
        (sources / changed).write_text("changed")
        assert model.digest_of_inputs() != before

    @pytest.mark.parametrize("changed", ["care.py", "bot/tests/test_tokenizer.py", "language/__pycache__/x.pyc"])
    def test_what_training_does_not_read_changes_nothing(self, sources: Path, changed: str) -> None:
        before = model.digest_of_inputs()
        (sources / changed).parent.mkdir(parents=True, exist_ok=True)
        (sources / changed).write_text("changed")
        assert model.digest_of_inputs() == before

    def test_a_model_is_current_until_its_inputs_change(self, sources: Path, installation: Settings) -> None:
        assert not model.is_current(installation)
        file = model.model_file(installation)
        file.parent.mkdir(parents=True)
        file.touch()
        assert not model.is_current(installation)  # nobody knows what it was trained on
        file.with_suffix(".inputs").write_text(model.digest_of_inputs())
        assert model.is_current(installation)
        (sources / "domain.yml").write_text("changed")
        assert not model.is_current(installation)


class TestEnvironments:
    @pytest.fixture(autouse=True)
    def secrets(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in SECRETS.items():
            monkeypatch.setenv(name, value)

    def test_the_assistant_and_vision_get_no_secret(self, installation: Settings) -> None:
        for process in house(installation):
            seen = "not-to-be-seen" in str([*process.environment.items(), *process.command])
            assert seen == (process.name in {"gateway", "worker", "actions"}), process.name
        assert "not-to-be-seen" not in str(rasa_environment(installation))
        assert "not-to-be-seen" not in str(bare_environment())

    def test_the_assistant_has_a_key_and_a_tracker_of_its_own(self, installation: Settings) -> None:
        environment = rasa_environment(installation)
        assert "tracker.db" in environment["XINGLIN_TRACKER_URL"]
        assert environment["XINGLIN_TRACKER_KEY_FILE"] != str(installation.key_file)
        assert environment["RASA_TELEMETRY_ENABLED"] == "false"

    def test_the_owner_of_the_tables_is_for_set_up_alone(
        self, installation: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever takes a process over still cannot change the audit (GB/T 22239-2019, 8.1.4.3)."""
        monkeypatch.setenv("XINGLIN_DATABASE_OWNER_URL", "postgresql://owner:of-all@db/xinglin")
        for process in house(installation):
            assert "of-all" not in str(process.environment), process.name

    def test_nobody_gets_what_is_not_ours(self, installation: Settings) -> None:
        assert "AWS_SECRET_ACCESS_KEY" not in house_environment()

    def test_no_secret_shows_where_a_process_is_printed(self, installation: Settings) -> None:
        assert "not-to-be-seen" not in repr(house(installation))

    def test_nobody_but_the_gateway_listens_to_others(self, installation: Settings) -> None:
        (rasa,) = (process for process in house(installation) if process.name == "rasa")
        assert rasa.command[rasa.command.index("--interface") + 1] == "127.0.0.1"
