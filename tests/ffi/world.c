/* Sets the ground for one test and clears it away. */
#define _XOPEN_SOURCE 700
#include "world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

world world_open(void) {
  world world = { .gate = "/tmp/tollgate-ffi-XXXXXX" };
  simulator_reset();
  CHECK(mkdtemp(world.gate) != NULL);
  world.client = world_client(simulator_url(), world.gate);
  return world;
}

tollgate_client *world_client(const char *service, const char *gate) {
  uint16_t service_units[64], gate_units[64];
  const tollgate_variable variables[] = {
    { TEXT("AZURE_POD_IDENTITY_AUTHORITY_HOST"), widen(service, service_units, 64) },
    { TEXT("TOLLGATE_GATE_DIRECTORY"), widen(gate, gate_units, 64) },
  };
  tollgate_client *client = NULL;
  CHECK(tollgate_client_create(variables, 2, &client, NULL) == TOLLGATE_OK);
  return client;
}

void world_close(world *world) {
  tollgate_client_free(world->client);
  DIR *folder = opendir(world->gate);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", world->gate, entry->d_name);
    if (entry->d_name[0] != '.') unlink(path);
  }
  if (folder) closedir(folder);
  CHECK(rmdir(world->gate) == 0);
}

tollgate_operation *start(tollgate_client *client, const tollgate_token_request *request) {
  tollgate_operation *operation = NULL;
  CHECK(tollgate_client_start_token(client, request, &operation, NULL) == TOLLGATE_OK);
  return operation;
}

tollgate_token *fetch(tollgate_client *client, const tollgate_token_request *request) {
  tollgate_operation *operation = start(client, request);
  tollgate_progress progress;
  tollgate_token *token = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(operation, &token, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  return token;
}

tollgate_error *refusal(tollgate_client *client, const tollgate_token_request *request, tollgate_status status) {
  tollgate_operation *operation = NULL;
  tollgate_error *error = NULL;
  tollgate_progress progress;
  tollgate_status got = tollgate_client_start_token(client, request, &operation, &error);
  if (got == TOLLGATE_OK) got = tollgate_operation_wait(operation, PATIENCE_MS, &progress, &error);
  tollgate_operation_free(operation);
  if (got != status) printf("  status %d\n", (int)got);
  CHECK(got == status);
  CHECK(error != NULL);
  return error;
}

tollgate_token_view read_token(const tollgate_token *token) {
  tollgate_token_view view;
  CHECK(tollgate_token_read(token, &view, NULL) == TOLLGATE_OK);
  return view;
}

tollgate_error_view read_error(const tollgate_error *error) {
  tollgate_error_view view;
  CHECK(tollgate_error_read(error, &view) == TOLLGATE_OK);
  return view;
}
