# mocksis - `make help` lists the targets.

V        ?= debug
PREFIX   ?= /usr/local
B        := build/$(V)
PKGS     := libmicrohttpd jansson sqlite3 libcurl gnutls
MOCKSIS  := $(if $(filter debug,$(V)),build/mocksis,$(B)/mocksis)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla \
            -Wwrite-strings -Wformat=2 -Wcast-qual -Wundef -Wno-missing-field-initializers
FLAGS_debug   := -O1 -g
FLAGS_release := -O2 -g -DNDEBUG
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
OBJECTS  := $(LIBRARY:%.c=$(B)/%.o)
CLI_OBJECTS := $(CLI:%.c=$(B)/%.o)

Q := $(if $(VERBOSE),,@)
say = $(if $(VERBOSE),,@printf '  %-6s %s\n' $(1) $(2))

.DEFAULT_GOAL := all
.PHONY: all deps

all: deps ## build (the program is build/mocksis)
	@$(MAKE) --no-print-directory $(MOCKSIS)

$(MOCKSIS): $(OBJECTS) $(CLI_OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -c -o $@ $<

-include $(OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d)

deps:
	@:
