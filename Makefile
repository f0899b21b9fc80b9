# mocksis - `make help` lists the targets.

V        ?= debug
PREFIX   ?= /usr/local
B        := build/$(V)
PKGS     := libmicrohttpd jansson sqlite3 libcurl gnutls libzip
MOCKSIS  := $(if $(filter debug,$(V)),build/mocksis,$(B)/mocksis)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla \
            -Wwrite-strings -Wformat=2 -Wcast-qual -Wundef -Wno-missing-field-initializers
FLAGS_debug   := -O1 -g
FLAGS_release := -O2 -g
FLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
FLAGS_tsan    := -O1 -g -fsanitize=thread
FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

CFLAGS   += -std=c17 -D_GNU_SOURCE $(WARNINGS) $(if $(WERROR),-Werror) $(FLAGS_$(V)) \
            -Icore -I. -include core/base/banned.h -MMD -MP -DMOCKSIS_PREFIX='"$(PREFIX)"'
LDFLAGS  += $(filter -fsanitize=%,$(FLAGS_$(V)))
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -pthread
TEST_LIBS  = $(shell pkg-config --libs check 2>/dev/null)

CORE     := $(wildcard core/*/*.c)
SERVER   := $(wildcard server/*.c server/*/*.c)
CLIENT   := $(wildcard conformance/*.c conformance/*/*.c)
CLI      := $(wildcard cli/*.c)
LIBRARY  := $(CORE) $(SERVER) $(CLIENT)
UNIT     := $(wildcard tests/unit/*.c tests/unit/*/*.c) tests/powercut/image.c tests/powercut/vfs.c
HTTP     := $(wildcard tests/http/*.c tests/provider/*.c) tests/power/power.c
POWER    := tests/power/power.c tests/power/main.c tests/http/harness.c
BENCH    := $(wildcard tests/bench/*.c tests/bench/data/*.c)
YARDS    := $(wildcard tests/bench/programs/*.c)
CRASH    := $(wildcard tests/crash/*.c) tests/http/harness.c
DISK     := tests/powercut/image.c tests/powercut/vfs.c tests/powercut/plug.c
FUZZ     := $(wildcard tests/fuzz/fuzz_*.c)

OBJECTS      := $(LIBRARY:%.c=$(B)/%.o)
CLI_OBJECTS  := $(CLI:%.c=$(B)/%.o)
UNIT_OBJECTS := $(UNIT:%.c=$(B)/%.o)
HTTP_OBJECTS := $(HTTP:%.c=$(B)/%.o)
POWER_OBJECTS := $(POWER:%.c=$(B)/%.o)
BENCH_OBJECTS := $(BENCH:%.c=$(B)/%.o)
BENCH_PROGRAMS := $(B)/bench/bench $(YARDS:tests/bench/programs/%.c=$(B)/bench/%)
CRASH_OBJECTS := $(CRASH:%.c=$(B)/%.o)
DISK_OBJECTS := $(DISK:%.c=$(B)/%.o)
CRASH_PROGRAMS := $(B)/crash $(B)/mocksis-powercut
FUZZ_PROGRAMS := $(FUZZ:tests/fuzz/%.c=$(B)/%)

Q   := $(if $(VERBOSE),,@)
say  = $(if $(VERBOSE),,@printf '  %-6s %s\n' $(1) $(2))
JOBS := $(shell nproc 2>/dev/null || echo 2)
SELF  = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

.DEFAULT_GOAL := all
.PHONY: all help deps demo test unit http crash crash-rounds judge-power fuzz-replay fuzz lint check-asan check-tsan install docker clean

all: ## build; leaves the program at build/mocksis
	@docker/deps build
	+@$(SELF) $(MOCKSIS)

$(MOCKSIS): $(OBJECTS) $(CLI_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -c -o $@ $<

$(B)/unit: $(OBJECTS) $(UNIT_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(B)/http: $(OBJECTS) $(HTTP_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(B)/power: $(OBJECTS) $(POWER_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(B)/bench/bench: $(OBJECTS) $(BENCH_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/bench/%: $(B)/tests/bench/programs/%.o $(B)/tests/bench/data/rows.o $(OBJECTS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# The yardstick has the limits of the product's connections, and as many loops.
constant = $(or $(shell sed -n 's/^\#define $(1) \([0-9][0-9]*\).*/\1/p' $(2) | head -n 1),$(3))
$(B)/tests/bench/programs/bare_http.o: CFLAGS += \
	-DBARE_MEMORY=$(call constant,CONNECTION_MEMORY,server/http/*.[ch],32768) \
	-DBARE_LOOPS=$(call constant,LOOPS,cli/serve.c,2)
$(B)/crash: $(OBJECTS) $(CRASH_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

# The whole program on a disk that can be told to fail.
$(B)/mocksis-powercut: $(OBJECTS) $(CLI_OBJECTS) $(DISK_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -Wl,--wrap=sqlite3_open_v2,--wrap=rename,--wrap=fsync -o $@ $^ $(PKG_LIBS)

# With libFuzzer under V=fuzz; elsewhere a plain driver replays the corpus.
$(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/file.o $(if $(filter fuzz,$(V)),,$(B)/tests/fuzz/replay.o) $(OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) $(if $(filter fuzz,$(V)),-fsanitize=fuzzer) -o $@ $^ $(PKG_LIBS)

-include $(OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(UNIT_OBJECTS:.o=.d) $(HTTP_OBJECTS:.o=.d) $(POWER_OBJECTS:.o=.d) \
	$(CRASH_OBJECTS:.o=.d) $(DISK_OBJECTS:.o=.d) \
	$(wildcard $(B)/tests/fuzz/*.d $(B)/tests/bench/*.d $(B)/tests/bench/*/*.d)

.SECONDARY: $(YARDS:%.c=$(B)/%.o) $(FUZZ:%.c=$(B)/%.o) $(B)/tests/fuzz/replay.o $(B)/tests/fuzz/file.o

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

deps: ## install what is missing with apt-get, the linters included
	@docker/deps

demo: all ## the main job, end to end, as a story
	@fixtures/demo/demo

test: ## everything a contributor must pass
	@docker/deps test
	+@$(SELF) $(MOCKSIS) $(B)/unit $(B)/http $(CRASH_PROGRAMS) $(FUZZ_PROGRAMS)
	@$(MAKE) --no-print-directory unit fuzz-replay http crash-rounds

unit: $(B)/unit ## only the unit tests
	@$(B)/unit

http: $(B)/http $(MOCKSIS) ## only the tests of the whole program
	@$(MAKE) --no-print-directory -j2 -Otarget http-short http-long

.PHONY: http-short http-long
http-short: # side by side with those that play hundreds of rows
	@MOCKSIS_BIN=$(MOCKSIS) CK_EXCLUDE_TAGS="long $(EXCEPT)" $(B)/http

http-long:
	@MOCKSIS_BIN=$(MOCKSIS) CK_INCLUDE_TAGS=long $(B)/http

crash-rounds: $(CRASH_PROGRAMS) $(MOCKSIS) # 50 rounds of the harness below
	@MOCKSIS_BIN=$(MOCKSIS) CRASH_DISK_BIN=$(B)/mocksis-powercut CRASH_ROUNDS=$(CRASH_ROUNDS) $(B)/crash

crash: ## kill the server and cut its power, ROUNDS (1000) times, SEED (1): is what it acknowledged there?
	@docker/deps test
	+@$(SELF) $(MOCKSIS) $(CRASH_PROGRAMS)
	@MOCKSIS_BIN=$(MOCKSIS) CRASH_DISK_BIN=$(B)/mocksis-powercut CRASH_PROGRESS=1 \
		CRASH_ROUNDS=$(or $(ROUNDS),1000) CRASH_SEED=$(or $(SEED),1) $(B)/crash

judge-power: ## which deviations of a provider the judge sees: the whole matrix, some minutes
	@docker/deps test
	+@$(SELF) $(MOCKSIS) $(B)/power
	@MOCKSIS_BIN=$(MOCKSIS) $(B)/power

bench: ## how fast, against bare libmicrohttpd, SQLite and libcurl; ARGS=--quick for two minutes
	@docker/deps bench
	+@$(SELF) V=release bench-programs
	@build/release/bench/bench $(ARGS)

bench-peers: ## the same three requests to other mock servers, where npm can install them
	@docker/deps bench
	+@$(SELF) V=release bench-programs
	@tests/bench/peers/peers $(ARGS)

.PHONY: bench bench-peers bench-programs
bench-programs: $(MOCKSIS) $(BENCH_PROGRAMS)

fuzz-replay: $(FUZZ_PROGRAMS) ## only the corpora of the fuzz targets
	@for program in $(FUZZ_PROGRAMS); do \
		$$program tests/fuzz/corpus/$$(basename $$program) || exit 1; done

fuzz: deps ## fuzz every parser with clang's libFuzzer, SECONDS_EACH (60) each
	+@$(SELF) V=fuzz CC=clang fuzz-build
	@for name in $(FUZZ:tests/fuzz/%.c=%); do \
		mkdir -p build/fuzz/new/$$name; \
		build/fuzz/$$name -max_total_time=$${SECONDS_EACH:-60} -max_len=4096 -print_final_stats=1 \
			build/fuzz/new/$$name tests/fuzz/corpus/$$name 2>&1 | \
			grep -E 'ERROR|SUMMARY|stat::number_of_executed_units' | sed "s/^/$$name: /"; done

.PHONY: fuzz-build
fuzz-build: $(FUZZ_PROGRAMS)

# The scripted provider is code of the tests alone: what it answers is looked at without sanitizers.
check-asan check-tsan: EXCEPT := scripted

# Each test is a fork of its program: what that has freed and still holds is copied each time.
check-asan: ## the tests under AddressSanitizer and UBSan
	@docker/deps
	+@$(SELF) V=asan build/asan/mocksis build/asan/unit build/asan/http build/asan/crash build/asan/mocksis-powercut fuzz-build
	@ASAN_OPTIONS=quarantine_size_mb=16 CK_TIMEOUT_MULTIPLIER=5 $(MAKE) -j2 -Otarget --no-print-directory V=asan EXCEPT=$(EXCEPT) CRASH_ROUNDS=20 unit fuzz-replay http-short http-long crash-rounds

check-tsan: ## the tests under ThreadSanitizer
	@docker/deps
	+@$(SELF) V=tsan build/tsan/mocksis build/tsan/unit build/tsan/http
	@CK_TIMEOUT_MULTIPLIER=10 $(MAKE) --no-print-directory V=tsan EXCEPT=$(EXCEPT) unit http

lint: deps ## style, layers, warnings of two compilers, static analysis
	@tests/lint/lint

install: $(MOCKSIS) ## into PREFIX (and DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/mocksis $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(MOCKSIS) $(DESTDIR)$(PREFIX)/bin/mocksis
	cp -rL fixtures/canvas fixtures/connections fixtures/dictionary.json fixtures/labs fixtures/profiles fixtures/roster fixtures/scenarios \
		$(DESTDIR)$(PREFIX)/share/mocksis/
	$(MOCKSIS) help --man > $(DESTDIR)$(PREFIX)/share/man/man1/mocksis.1
	for command in serve sync check generate import export explain profiles journal lab describe; do \
		$(MOCKSIS) help $$command --man > $(DESTDIR)$(PREFIX)/share/man/man1/mocksis-$$command.1; done

docker: ## build the image with Docker
	docker build -f docker/Dockerfile -t mocksis .

clean: ## remove what was built
	rm -rf build
