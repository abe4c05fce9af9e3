# 杏林: `make run` starts everything, `make test` tests everything; both do all the set-up themselves.
PYTHON ?= python3
# Sizes that two cores finish in about half an hour; `make bench-nlu BENCH_NLU=` measures on everything.
BENCH_NLU ?= --house 1500 --cmid 1000 --folds 2 --epochs 30
BIN := .venv/bin
OURS := actions bench bot care channels cli clinic deploy gateway hospital language records settings training vision
RASA := TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1 RASA_TELEMETRY_ENABLED=false CUDA_VISIBLE_DEVICES=-1 PYTHONPATH=. bot/.venv/bin

.PHONY: run test test-postgresql check setup setup-test sandbox admin bench-nlu bench-recovery bench-rehab bench-skin bench-report bench-triage bench-turn bench-consent bench-prior bench-audit bench-masking bench-vault bench-cases lock

run: setup
	@$(BIN)/python -m deploy.run

setup:
	@$(PYTHON) deploy/bootstrap.py run

setup-test:
	@$(PYTHON) deploy/bootstrap.py test

admin: setup
	@$(BIN)/python -m deploy.admin

sandbox: setup
	@$(BIN)/python -m deploy.sandbox

test-postgresql: setup-test
	$(BIN)/python -m pytest -q tests/unit tests/integration -m "not rasa and not browser"

test: setup-test
	@$(BIN)/python -m deploy.test

check: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml --severity-level medium -r $(OURS)
	$(BIN)/python -m deploy.advisories
	$(RASA)/rasa data validate --fail-on-warnings --config config.yml --domain domain.yml --data data

bench-skin: setup-test
	vision/.venv/bin/python -m bench.skin

bench-rehab: setup-test
	vision/.venv/bin/python -m bench.rehab

bench-report: setup-test
	vision/.venv/bin/python -m bench.report

bench-nlu: setup-test
	$(RASA)/python -W ignore -m bench.nlu $(BENCH_NLU)

bench-triage: setup-test
	$(BIN)/python -m bench.triage
	$(BIN)/python -m bench.safety --write

bench-turn: setup-test
	$(BIN)/python -m bench.turn

bench-masking: setup-test
	$(BIN)/python -m bench.masking

bench-audit: setup-test
	$(BIN)/python -m bench.audit

bench-prior: setup-test
	$(BIN)/python -m bench.prior

bench-cases: setup-test
	$(BIN)/python -m bench.cases

bench-vault: setup-test
	$(BIN)/python -m bench.vault

bench-emergency: setup-test
	$(BIN)/python -m bench.emergency_load

bench-recovery: setup-test
	$(BIN)/python -m bench.recovery

lock: setup-test
	$(BIN)/python -m deploy.lock

bench-consent: setup-test
	$(BIN)/python -m bench.consent
