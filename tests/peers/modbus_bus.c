/* Units on a serial bus, answered by libmodbus in RTU mode, for tests: shares no code with ours.
 *
 *   modbus_bus DEVICE UNITS INPUTS
 *
 * Units 1 to UNITS (32 at most) at the serial port DEVICE, each with INPUTS discrete inputs and 16
 * coils, holding and input registers. libmodbus answers for one unit only, so the bytes of the port
 * pass through a socket pair: the unit is read from a request before libmodbus is given it.
 * Prints "ready", then takes lines from standard input and answers each with "ok" or "error":
 *
 *   set UNIT INPUT 0|1     register UNIT ADDRESS VALUE
 *   dead UNIT 0|1 0        refuse UNIT EXCEPTION 0         delay UNIT MS 0
 *   pause UNIT 0 0         the longest time between two requests in ms since the last such question
 *
 * Ends when standard input or the port does.
 */
#include <fcntl.h>
#include <modbus.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define UNITS_MAX 32
#define OTHER_ADDRESSES 16
#define REQUEST_BYTES 8 /* of every function that reads, and of single writes */
#define QUIET_MS 50     /* half a request that nothing follows is thrown away */

struct unit {
    modbus_mapping_t *mapping;
    int dead, refuse, delay_ms;
    long asked_ms, pause_ms;
};

static struct unit units[UNITS_MAX + 1];
static int unit_count, input_count, port, inner, outer;
static modbus_t *context;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void open_port(const char *device) {
    struct termios raw;
    port = open(device, O_RDWR | O_NOCTTY);
    if (port < 0 || tcgetattr(port, &raw) < 0)
        fail(device);
    cfmakeraw(&raw);
    tcsetattr(port, TCSANOW, &raw);
}

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One request, whole: what libmodbus answers goes to the port. */
static void answer(const uint8_t *request) {
    uint8_t taken[MODBUS_RTU_MAX_ADU_LENGTH], reply[MODBUS_RTU_MAX_ADU_LENGTH];
    int number = request[0], size;
    struct unit *unit = &units[number];
    if (number < 1 || number > unit_count)
        return;
    if (unit->asked_ms && now_ms() - unit->asked_ms > unit->pause_ms)
        unit->pause_ms = now_ms() - unit->asked_ms;
    unit->asked_ms = now_ms();
    if (unit->dead)
        return;
    usleep((useconds_t)unit->delay_ms * 1000);
    if (write(outer, request, REQUEST_BYTES) != REQUEST_BYTES)
        fail("socket pair");
    modbus_set_slave(context, number);
    size = modbus_receive(context, taken);
    if (size <= 0)
        return; /* a wrong checksum */
    if (unit->refuse)
        modbus_reply_exception(context, taken, (unsigned)unit->refuse);
    else
        modbus_reply(context, taken, size, unit->mapping);
    size = (int)recv(outer, reply, sizeof reply, MSG_DONTWAIT);
    if (size > 0 && write(port, reply, (size_t)size) != size)
        fail("port");
}

static void obey(const char *line) {
    char verb[16];
    int number, address, value;
    struct unit *unit;
    if (sscanf(line, "%15s %d %d %d", verb, &number, &address, &value) != 4 || number < 1 ||
        number > unit_count || address < 0) {
        puts("error");
        return;
    }
    unit = &units[number];
    if (!strcmp(verb, "set") && address < input_count)
        unit->mapping->tab_input_bits[address] = value != 0;
    else if (!strcmp(verb, "register") && address < OTHER_ADDRESSES)
        unit->mapping->tab_input_registers[address] = (uint16_t)value;
    else if (!strcmp(verb, "dead"))
        unit->dead = address;
    else if (!strcmp(verb, "refuse"))
        unit->refuse = address;
    else if (!strcmp(verb, "delay"))
        unit->delay_ms = address;
    else if (!strcmp(verb, "pause")) {
        printf("ok %ld\n", unit->pause_ms);
        unit->pause_ms = 0;
        return;
    } else {
        puts("error");
        return;
    }
    puts("ok");
}

static void serve(void) {
    struct pollfd watched[2] = {{STDIN_FILENO, POLLIN, 0}, {port, POLLIN, 0}};
    uint8_t held[1024];
    char line[256];
    size_t used = 0;
    for (;;) {
        int woken = poll(watched, 2, used ? QUIET_MS : -1);
        if (woken == 0)
            used = 0;
        if (watched[0].revents) {
            if (fgets(line, sizeof line, stdin) == NULL)
                return;
            obey(line);
            fflush(stdout);
        }
        if (watched[1].revents) {
            ssize_t got = read(port, held + used, sizeof held - used);
            if (got <= 0)
                return;
            used += (size_t)got;
            for (; used >= REQUEST_BYTES; used -= REQUEST_BYTES) {
                answer(held);
                memmove(held, held + REQUEST_BYTES, used - REQUEST_BYTES);
            }
        }
    }
}

int main(int count, char **words) {
    int pair[2];
    if (count != 4 || (unit_count = atoi(words[2])) < 1 || unit_count > UNITS_MAX ||
        (input_count = atoi(words[3])) < 1) {
        fprintf(stderr, "usage: modbus_bus DEVICE UNITS INPUTS\n");
        return 2;
    }
    setvbuf(stdin, NULL, _IONBF, 0); /* poll() must see what fgets() has not taken */
    open_port(words[1]);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        fail("socket pair");
    inner = pair[0];
    outer = pair[1];
    context = modbus_new_rtu(words[1], 115200, 'N', 8, 1);
    if (context == NULL)
        fail("no memory");
    modbus_set_socket(context, inner);
    for (int i = 1; i <= unit_count; i++)
        units[i].mapping =
            modbus_mapping_new(OTHER_ADDRESSES, input_count, OTHER_ADDRESSES, OTHER_ADDRESSES);
    puts("ready");
    fflush(stdout);
    serve();
    return 0;
}
