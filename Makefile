# Needs Python 3.11 or newer and make; everything else is installed into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-postgres test-sqlite check fix bench lock messages clean

# The first of these that is new enough; PYTHON=... chooses another.
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3.11 python3.12 python3.13 python3 python)
BIN := .venv/bin
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

help:  ## 显示本说明 · this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: .venv/.runtime  ## 启动演示系统（PORT=8001 换端口） · start the demonstration
	@$(BIN)/python manage.py run

test: .venv/.development check test-postgres test-sqlite  ## 全部检查与测试 · all checks and tests

# Compiled modules are kept, whatever the shell says: the programs that tests start begin sooner.
unexport PYTHONDONTWRITEBYTECODE

# One process more than cores: those that walk through a browser wait a good deal. Files keep their
# order, in which the longest come first.
PYTEST = $(BIN)/pytest -n $${TEST_PROCESSES:-$$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))} \
  --dist loadfile --no-loadscope-reorder

# Everything, on PostgreSQL where one can be reached, else on SQLite.
test-postgres: .venv/.development
	@$(PYTEST) $(ARGS)

# The marked part once more on SQLite, unless everything has just run there.
test-sqlite: .venv/.development
	@if $(BIN)/python -c 'import sys; from tests import services; sys.exit(not services.has_postgres())'; then \
	  TEST_DATABASE=sqlite $(PYTEST) -m sqlite \
	    $$(grep -rlF --include='test_*.py' pytest.mark.sqlite tests) $(ARGS); fi

check: .venv/.development  ## 代码检查，不含测试 · style, types, layers, migrations, deployment
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo '有文件格式不符，请运行 make fix · Run make fix to format.'; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@var=$$(mktemp -d); trap 'rm -rf "$$var"' EXIT; \
	key() { $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))'; }; \
	env -i PATH="$$PATH" PORTAL_VAR="$$var" PORTAL_MODE=production SECRET_KEY="$$(key)" \
	  AUDIT_KEY="$$(key)" ALLOWED_HOSTS=portal.example.gov.cn SITE_HOST_UNIT=x SITE_CONTACT=x \
	  SITE_HOTLINE=x SITE_ICP=x SITE_POLICE_RECORD=x SITE_CODE=x \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

fix: .venv/.development  ## 自动整理代码 · format and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: .venv/.development  ## 更新翻译目录 · bring the catalogue up to the source
	@$(BIN)/python manage.py messages

bench: .venv/.development  ## 性能测量 · benchmarks
	@$(BIN)/python -m benchmarks

lock:  ## 重新锁定依赖（需要 uv） · pin all parts with hashes
	@command -v uv >/dev/null || { echo '需要 uv：pip install uv · uv is needed'; exit 1; }
	@uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate requirements.txt -o requirements.lock
	@uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate requirements-dev.txt -c requirements.lock -o requirements-dev.lock

clean:  ## 删除虚拟环境和演示数据 · remove .venv and the demonstration's data
	@rm -rf .venv var staticfiles .pytest_cache .mypy_cache .ruff_cache

# --- The virtual environment -----------------------------------------------------------------
# A stamp for each lock: the second run finds it and starts at once.

.venv/.python:
	@for python in $(CANDIDATES); do \
	  if "$$python" -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then found="$$python"; break; fi; done; \
	if [ -z "$${found:-}" ]; then \
	  echo "需要 Python 3.11 或更高版本，这里找到的是：$$(python3 --version 2>&1 || echo 无)。装好后再运行，或用 PYTHON=路径 指定。 · Python 3.11 or newer is needed."; exit 1; fi; \
	echo "准备 .venv（$$("$$found" --version)） …"; \
	if ! .venv/bin/python -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then "$$found" -m venv --clear .venv || { \
	  echo "无法建立虚拟环境：Debian/Ubuntu 请先运行 apt install python3-venv。 · Cannot create .venv: install python3-venv."; exit 1; }; fi; \
	touch $@

define install
	@echo '安装依赖（首次约需几分钟） …'
	@set -o pipefail; $(BIN)/python -m pip install --disable-pip-version-check --no-input --retries 1 --timeout 20 \
	  --require-hashes -r $< 2>.venv/pip.log | sed -nu 's/^Collecting \([^ ]*\).*/  \1/p' || { \
	  echo '依赖没有装上：请检查网络，或用 PIP_INDEX_URL 指定可以访问的镜像，再运行一次；原因见 .venv/pip.log。 · Packages could not be fetched: check the network or set PIP_INDEX_URL; why stands in .venv/pip.log.'; exit 1; }
	@touch $@
endef

.venv/.runtime: requirements.lock | .venv/.python
	$(install)

.venv/.development: requirements-dev.lock | .venv/.python
	$(install)
