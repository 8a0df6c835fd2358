# The verbs of the portal. `make run` and `make test` each do everything from a fresh clone on.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
WORKERS ?= 4
python := .venv/bin/python
pytest := $(python) -m pytest -n $(WORKERS) --dist loadfile # more than cores: they wait for servers and browsers
install := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
export PORT
unexport PYTHONDONTWRITEBYTECODE # hundreds of processes are started, and each would compile the portal anew

.PHONY: run test test-all durations lint bench faults soak axe html-check manual pii-score notice-score second-reckoning costly-files polyglots stop clean lock

run: .venv/run.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages run
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec $(python) -m ninghai.operations.devservices.portal

# What a developer must know before a commit (tests/sizes.py says what is left out).
test: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages tests
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec $(pytest) --core $(ARGS)

# Everything.
test-all: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages tests
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec $(pytest) $(ARGS)

# Everything, and how long each file took is written down in tests/durations.json, by which the files are spread.
durations:
	@$(MAKE) test-all ARGS=--record-durations

lint: .venv/dev.stamp
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	git ls-files -z '*.html' | xargs -0 --no-run-if-empty .venv/bin/djade --check --target-version 5.2
	$(python) manage.py makemigrations --check
	$(python) -m pytest -n 0 -q tests/lint

bench: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages tests
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec $(python) -m tests.bench $(ARGS)

# Kills, stops, cuts off and fills up, each fault told as "N of N"; a quarter of an hour.
faults: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages tests
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec $(python) -m tests.faults $(ARGS)

# Ten minutes of a county at work (SOAK_SECONDS, SOAK_CONNECTIONS, SOAK_RATE): errors, waits, memory of each process.
soak: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages run
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec $(python) -m tests.soak $(ARGS)

# Every page of the URL map in its main states, by axe-core (WCAG 2.1 A and AA): four widths, high contrast and elder mode.
axe: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages tests
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec env AXE=1 $(python) -m pytest -n 2 --dist loadfile tests/browser/test_every_page.py tests/browser/test_every_state.py tests/browser/test_page_states.py tests/browser/test_doors.py tests/browser/test_keyboard.py \
		tests/browser/test_correction_desk.py::test_a_real_notice_of_99_points_and_40_obstacles_has_no_fault $(ARGS)

# Every page, and each of its states, as the server sends it, by the Nu checker.
html-check: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages html
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@mkdir -p .venv/nu && cp requirements/nu/*.json .venv/nu && cd .venv/nu && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@exec env NU_JAR=$(CURDIR)/.venv/nu/node_modules/vnu-jar/build/dist/vnu.jar $(python) -m pytest -n 2 --dist loadfile \
		tests/browser/test_every_page.py tests/browser/test_every_state.py tests/browser/test_page_states.py $(ARGS)

# Plays docs/manual on a throw-away demo, word by word, and takes its pictures anew.
manual: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages tests
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@exec $(python) -m tests.manual $(ARGS)

# Small files of great cost through every door: bytes, slowest request, growth of the web process, verdict; then the texts of great cost, timed.
costly-files: .venv/dev.stamp
	@COSTLY=all LOG_LEVEL=CRITICAL $(python) -m pytest -n 0 -q -s tests/security/costly tests/faults/test_costly_files.py \
		tests/disclosure/test_worst_texts.py tests/ninghai/personal_data/test_shapes.py tests/ninghai/test_strict_forms.py \
		tests/tasks/notices/test_time_bounds.py

# Files that are more than one thing, through the pages: each shape, what happened to it, what the public downloads of it.
polyglots: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.system_packages tests
	@exec env LOG_LEVEL=CRITICAL $(python) -m pytest -n 0 -q -s tests/security/test_polyglots.py $(ARGS)

# Precision and recall of the finder of personal data on labelled texts.
pii-score: .venv/dev.stamp
	@$(python) -m tests.ninghai.personal_data.score

# How well the notice reader reads each shape in each format; the worst five are printed.
notice-score: .venv/dev.stamp
	@$(PYTHON) -m ninghai.operations.devservices.fonts
	@$(python) -m tests.tasks.notices.shapes

# The last day of 100,000 random limits found a second time, day by day; how many differ, and by how much at most.
second-reckoning: .venv/dev.stamp
	@exec $(python) -m pytest -n 0 -q -s tests/ninghai/test_reckoning.py -k second_way $(ARGS)

# Ends the private servers that a single manage.py command started.
stop:
	@$(PYTHON) -m ninghai.operations.devservices.clean stop

# Deletes .venv, var/ and all data of this installation.
clean:
	@$(PYTHON) -B -m ninghai.operations.devservices.clean clean

# Locks what requirements/*.in ask for.
lock: .venv/dev.stamp
	for list in run dev; do $(python) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header requirements/$$list.in -o requirements/$$list.txt || exit 1; done

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	$(install) -r $<
	@touch $@

# Holds what run.txt holds, and what tests and checks need.
.venv/dev.stamp: requirements/dev.txt | .venv/bin/python
	$(install) -r $<
	@touch $@ .venv/run.stamp

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本。")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "缺少 python3-venv，请以 root 身份执行 apt-get install python3-venv，然后再运行一次。" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
