/* A Modbus TCP server on libmodbus, for tests: a peer that shares no code with ours.
 *
 *   modbus_server PORTS INPUTS [FIRST_PORT]
 *
 * Serves PORTS panels with INPUTS discrete inputs each, and 16 coils, holding and input registers.
 * Without FIRST_PORT the system chooses. Prints one line, "ready PORT PORT ...", then takes lines
 * from standard input and answers each with "ok" or "error WORDS":
 *
 *   set PORT INPUT 0|1      register PORT ADDRESS VALUE      coil PORT ADDRESS   (answers "ok 0|1")
 *   writes PORT   (answers "ok COUNT", of requests that write)
 *   pulse PORT MS   (from now on a coil that is on falls off MS after it was last written)
 *
 * Ends when standard input does. One process, one poll loop, no threads.
 */
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORTS_MAX 256
#define CONNECTIONS_MAX 1024
#define OTHER_ADDRESSES 16
#define LINE_BYTES_MAX 256

struct panel {
    int port;
    int listener;
    modbus_t *context;
    modbus_mapping_t *mapping;
    int writes;
    int pulse_ms;
    long long written_ms;
};

static struct panel panels[PORTS_MAX];
static int panel_count;
static struct pollfd watched[1 + PORTS_MAX + CONNECTIONS_MAX];
static struct panel *owner[1 + PORTS_MAX + CONNECTIONS_MAX];
static int watched_count;

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void fail(const char *what) {
    fprintf(stderr, "modbus_server: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int number(const char *text, int low, int high) {
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < low || value > high) {
        fprintf(stderr, "modbus_server: '%s' is not a number from %d to %d\n", text, low, high);
        exit(2);
    }
    return (int)value;
}

static void watch(int fd, struct panel *panel) {
    watched[watched_count].fd = fd;
    watched[watched_count].events = POLLIN;
    watched[watched_count].revents = 0;
    owner[watched_count++] = panel;
}

static void start_panel(struct panel *panel, int port, int inputs) {
    struct sockaddr_in bound;
    socklen_t size = sizeof bound;
    panel->context = modbus_new_tcp("127.0.0.1", port);
    panel->mapping =
        modbus_mapping_new(OTHER_ADDRESSES, inputs, OTHER_ADDRESSES, OTHER_ADDRESSES);
    if (panel->context == NULL || panel->mapping == NULL)
        fail("no memory");
    panel->listener = modbus_tcp_listen(panel->context, 16);
    if (panel->listener < 0)
        fail("cannot listen");
    if (getsockname(panel->listener, (struct sockaddr *)&bound, &size) < 0)
        fail("cannot read the port");
    panel->port = ntohs(bound.sin_port);
    watch(panel->listener, panel);
}

static void take_connection(struct panel *panel) {
    int fd = accept(panel->listener, NULL, NULL);
    if (fd < 0)
        return;
    if (watched_count == (int)(sizeof watched / sizeof watched[0]))
        close(fd);
    else
        watch(fd, panel);
}

/* Answers one request; returns -1 when the connection has ended. */
static int answer(struct panel *panel, int fd) {
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    int size;
    modbus_set_socket(panel->context, fd);
    size = modbus_receive(panel->context, request);
    if (size > 0) {
        int function = request[modbus_get_header_length(panel->context)];
        if (function == 5 || function == 6 || function == 15 || function == 16) {
            panel->writes++;
            panel->written_ms = now_ms();
        }
        modbus_reply(panel->context, request, size, panel->mapping);
    }
    return size;
}

/* The timer that a device has for its outputs. */
static void let_pulses_fall(void) {
    for (int i = 0; i < panel_count; i++)
        if (panels[i].pulse_ms && now_ms() - panels[i].written_ms >= panels[i].pulse_ms)
            memset(panels[i].mapping->tab_bits, 0, OTHER_ADDRESSES);
}

static struct panel *panel_at(int port) {
    for (int i = 0; i < panel_count; i++)
        if (panels[i].port == port)
            return &panels[i];
    return NULL;
}

static void obey(const char *line) {
    char verb[16];
    int port, address, value = 0;
    int words = sscanf(line, "%15s %d %d %d", verb, &port, &address, &value);
    struct panel *panel = words < 2 ? NULL : panel_at(port);
    if (panel == NULL) {
        puts("error no such line or port");
    } else if (!strcmp(verb, "set") && words == 4 && address >= 0 &&
               address < panel->mapping->nb_input_bits) {
        panel->mapping->tab_input_bits[address] = value != 0;
        puts("ok");
    } else if (!strcmp(verb, "register") && words == 4 && address >= 0 &&
               address < OTHER_ADDRESSES) {
        panel->mapping->tab_input_registers[address] = (uint16_t)value;
        puts("ok");
    } else if (!strcmp(verb, "coil") && words == 3 && address >= 0 && address < OTHER_ADDRESSES) {
        printf("ok %d\n", panel->mapping->tab_bits[address]);
    } else if (!strcmp(verb, "writes") && words == 2) {
        printf("ok %d\n", panel->writes);
    } else if (!strcmp(verb, "pulse") && words == 3) {
        panel->pulse_ms = address;
        puts("ok");
    } else {
        puts("error no such command or address");
    }
}

/* Reads what has come on standard input; returns 0 at its end. */
static int take_lines(void) {
    static char held[LINE_BYTES_MAX];
    static size_t used;
    ssize_t got = read(STDIN_FILENO, held + used, sizeof held - 1 - used);
    char *line = held, *end;
    if (got <= 0)
        return 0;
    used += (size_t)got;
    held[used] = '\0';
    while ((end = strchr(line, '\n')) != NULL) {
        *end = '\0';
        obey(line);
        line = end + 1;
    }
    used -= (size_t)(line - held);
    memmove(held, line, used);
    if (used == sizeof held - 1)
        used = 0;
    fflush(stdout);
    return 1;
}

static void serve(void) {
    for (;;) {
        if (poll(watched, (nfds_t)watched_count, 20) < 0) {
            if (errno == EINTR)
                continue;
            fail("poll");
        }
        let_pulses_fall();
        if (watched[0].revents && !take_lines())
            return;
        for (int i = watched_count - 1; i > 0; i--) {
            if (!watched[i].revents)
                continue;
            if (watched[i].fd == owner[i]->listener) {
                take_connection(owner[i]);
            } else if (answer(owner[i], watched[i].fd) < 0) {
                close(watched[i].fd);
                watched_count--;
                watched[i] = watched[watched_count];
                owner[i] = owner[watched_count];
            }
        }
    }
}

int main(int count, char **words) {
    int inputs, first;
    if (count < 3 || count > 4) {
        fprintf(stderr, "usage: modbus_server PORTS INPUTS [FIRST_PORT]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    panel_count = number(words[1], 1, PORTS_MAX);
    inputs = number(words[2], 1, 2000);
    first = count == 4 ? number(words[3], 1, 65535 - panel_count) : 0;
    watch(STDIN_FILENO, NULL);
    for (int i = 0; i < panel_count; i++)
        start_panel(&panels[i], first ? first + i : 0, inputs);
    printf("ready");
    for (int i = 0; i < panel_count; i++)
        printf(" %d", panels[i].port);
    printf("\n");
    fflush(stdout);
    serve();
    return 0;
}
