/* Starts the simulator and speaks plain HTTP with its admin routes. */
#define _POSIX_C_SOURCE 200809L
#include "simulator.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static const char prefix[] = "AZURE_POD_IDENTITY_AUTHORITY_HOST=";
static char url[64];
static unsigned short port;
static pid_t process;

static void die(const char *what) {
  perror(what);
  simulator_stop();
  exit(1);
}

void simulator_start(void) {
  const char *program = getenv("TOLLGATE_TEST_SIM");
  int ends[2];
  if (!program || pipe(ends) != 0) die("TOLLGATE_TEST_SIM");
  process = fork();
  if (process < 0) die("fork");
  if (process == 0) {
    /* Should the tests crash, the simulator does not outlive them by much: the alarm stays set across exec. */
    alarm(600);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(program, program, "--listen", "127.0.0.1:0", "--no-limits", (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  FILE *said = fdopen(ends[0], "r");
  char line[256];
  while (said && fgets(line, sizeof line, said)) {
    if (strncmp(line, prefix, sizeof prefix - 1) != 0) continue;
    line[strcspn(line, "\n")] = '\0';
    snprintf(url, sizeof url, "%s", line + sizeof prefix - 1);
    port = (unsigned short)atoi(strrchr(url, ':') + 1);
    /* The pipe stays open: the simulator writes its summary into it at its end. */
    return;
  }
  die("the simulator did not say its address");
}

void simulator_stop(void) {
  if (process <= 0) return;
  kill(process, SIGTERM);
  waitpid(process, NULL, 0);
  process = 0;
}

const char *simulator_url(void) { return url; }

/* One request on a connection of its own; the whole answer goes into `answer`. */
static void admin(const char *method, const char *path, const char *body, char *answer, size_t size) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int line = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(line >= 0);
  CHECK(connect(line, (struct sockaddr *)&address, sizeof address) == 0);
  char request[1024];
  int length = snprintf(request, sizeof request,
                        "%s %s HTTP/1.1\r\nHost: sim\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s", method,
                        path, strlen(body), body);
  CHECK(length > 0 && (size_t)length < sizeof request);
  CHECK(write(line, request, (size_t)length) == length);
  size_t got = 0;
  ssize_t part;
  while (got + 1 < size && (part = read(line, answer + got, size - got - 1)) > 0) got += (size_t)part;
  close(line);
  answer[got] = '\0';
  CHECK(strncmp(answer, "HTTP/1.1 20", 11) == 0);
}

static void post(const char *path, const char *body) {
  char answer[4096];
  admin("POST", path, body, answer, sizeof answer);
}

void simulator_reset(void) { post("/sim/reset", ""); }
void simulator_release(void) { post("/sim/release", ""); }
void simulator_plan(const char *faults) { post("/sim/faults", faults); }

long simulator_count(const char *name) {
  char answer[8192], key[64];
  admin("GET", "/sim/counts", "", answer, sizeof answer);
  snprintf(key, sizeof key, "\"%s\":", name);
  const char *found = strstr(answer, key);
  CHECK(found != NULL);
  return strtol(found + strlen(key), NULL, 10);
}

void simulator_await(const char *name, long least) {
  const struct timespec moment = { 0, 2 * 1000 * 1000 };
  for (int look = 0; look < 15000; look++) {
    if (simulator_count(name) >= least) return;
    nanosleep(&moment, NULL);
  }
  CHECK(!"the count did not come");
}
