/* What a test stands on: a client of its own, pointed at the simulator, with a gate folder of its own. */
#ifndef WORLD_H
#define WORLD_H

#include "check.h"
#include "simulator.h"
#include "text.h"
#include "tollgate.h"

/* Longer than any machine needs: a wait that ends by this has failed. */
#define PATIENCE_MS 60000
#define ARM_URL "https://management.azure.com/"
#define VAULT_URL "https://vault.azure.net"
#define ARM TEXT(ARM_URL)
#define VAULT TEXT(VAULT_URL)

typedef struct {
  tollgate_client *client;
  char gate[64];
} world;

/* Forgets what the simulator has seen and makes a client. */
world world_open(void);
/* A client for this service and this gate folder. */
tollgate_client *world_client(const char *service, const char *gate);
/* Frees the client, if it is still there, and removes the gate's files. */
void world_close(world *world);

tollgate_operation *start(tollgate_client *client, const tollgate_token_request *request);
/* The token of a request that succeeds. */
tollgate_token *fetch(tollgate_client *client, const tollgate_token_request *request);
/* The error of a request that fails, at its start or later, with this status. */
tollgate_error *refusal(tollgate_client *client, const tollgate_token_request *request, tollgate_status status);
tollgate_token_view read_token(const tollgate_token *token);
tollgate_error_view read_error(const tollgate_error *error);

void client_tests(void);
void token_tests(void);
void operation_tests(void);
void cancel_tests(void);
void event_tests(void);
void error_tests(void);
void listing_tests(void);
void gate_tests(void);
void diagnosis_tests(void);
void null_tests(void);
void rest_tests(void);
void fork_tests(void);

#endif
