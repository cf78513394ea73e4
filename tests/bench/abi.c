/* A cached token through the C ABI: nanoseconds for start, wait, take, read and both frees, beside those of the call that does
   nothing, round by round in turn. Prints figures, one a line. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <uchar.h>

#include "tollgate.h"

#define TEXT(literal) { (const uint16_t *)(literal), sizeof(literal) / sizeof(char16_t) - 1 }

enum { CALLS = 20000, NOTHINGS = 10000000, ROUNDS = 25 };

static void check(tollgate_status status, const char *what) {
  if (status != TOLLGATE_OK) {
    fprintf(stderr, "%s: status %d\n", what, (int)status);
    exit(1);
  }
}

static uint16_t *widen(const char *from, size_t length) {
  uint16_t *to = malloc((length + 1) * sizeof *to);
  if (!to) exit(1);
  for (size_t i = 0; i < length; i++) to[i] = (unsigned char)from[i];
  return to;
}

/* The two variables the library is pointed with; their values are ASCII. */
static tollgate_variable variable(const char *name) {
  const char *value = getenv(name);
  size_t name_length = 0, value_length = 0;
  while (name[name_length]) name_length++;
  while (value && value[value_length]) value_length++;
  tollgate_variable made = { { widen(name, name_length), name_length }, { widen(value ? value : "", value_length), value_length } };
  return made;
}

static size_t token(tollgate_client *client, const tollgate_token_request *request) {
  tollgate_operation *operation = NULL;
  tollgate_token *token = NULL;
  tollgate_progress progress;
  tollgate_token_view view;
  check(tollgate_client_start_token(client, request, &operation, NULL), "start");
  check(tollgate_operation_wait(operation, 30000, &progress, NULL), "wait");
  check(tollgate_operation_take_token(operation, &token, NULL), "take");
  check(tollgate_token_read(token, &view, NULL), "read");
  size_t length = view.token.len;
  tollgate_token_free(token);
  tollgate_operation_free(operation);
  return length;
}

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(void) {
  tollgate_variable variables[] = { variable("AZURE_POD_IDENTITY_AUTHORITY_HOST"), variable("TOLLGATE_GATE_DIRECTORY") };
  tollgate_client *client = NULL;
  check(tollgate_client_create(variables, 2, &client, NULL), "create");
  tollgate_token_request request = { .resource = TEXT(u"https://management.azure.com/") };
  size_t length = token(client, &request);
  for (int round = 0; round < ROUNDS; round++) {
    double start = nanoseconds();
    for (int call = 0; call < NOTHINGS; call++) {
      if (tollgate_abi_version() != TOLLGATE_ABI_VERSION) exit(1);
    }
    printf("nothing %f\n", (nanoseconds() - start) / NOTHINGS);
    start = nanoseconds();
    for (int call = 0; call < CALLS; call++) {
      if (token(client, &request) != length) exit(1);
    }
    printf("cached %f\n", (nanoseconds() - start) / CALLS);
  }
  tollgate_client_free(client);
  return 0;
}
