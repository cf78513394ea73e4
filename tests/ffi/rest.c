/* Requests to Azure and questions about tenants: what they end with, given away once, and what is refused before anything
 * is asked. The simulator's own admin pages serve as a service that answers with JSON. */
#include "world.h"

#include <stdio.h>
#include <string.h>

/* A request whose texts live as long as it does. */
typedef struct {
  tollgate_rest_request request;
  tollgate_realm realm;
  tollgate_text host;
  uint16_t host_units[64], uri_units[256];
} question;

static void ask_for(question *question, const char *path) {
  char uri[256];
  snprintf(uri, sizeof uri, "%s%s", simulator_url(), path);
  memset(question, 0, sizeof *question);
  question->host = widen(simulator_url(), question->host_units, 64);
  question->realm = (tollgate_realm){ ARM, &question->host, 1 };
  question->request.uri = widen(uri, question->uri_units, 256);
  question->request.realms = &question->realm;
  question->request.realm_count = 1;
  question->request.no_retry = 1;
}

static tollgate_operation *begin(tollgate_client *client, const question *question) {
  tollgate_operation *operation = NULL;
  CHECK(tollgate_client_start_rest(client, &question->request, &operation, NULL) == TOLLGATE_OK);
  return operation;
}

static tollgate_response *answer(tollgate_client *client, const question *question) {
  tollgate_operation *operation = begin(client, question);
  tollgate_progress progress;
  tollgate_response *response = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_response(operation, &response, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  return response;
}

static tollgate_response_view read_response(const tollgate_response *response) {
  tollgate_response_view view;
  CHECK(tollgate_response_read(response, &view, NULL) == TOLLGATE_OK);
  return view;
}

/* The request fails at its start or later with this status, and the error names this field; NULL for none. */
static void check_refusal(tollgate_client *client, const question *question, tollgate_status status, const char *field) {
  tollgate_operation *operation = NULL;
  tollgate_progress progress;
  tollgate_error *error = NULL;
  tollgate_status came = tollgate_client_start_rest(client, &question->request, &operation, &error);
  if (came == TOLLGATE_OK) came = tollgate_operation_wait(operation, PATIENCE_MS, &progress, &error);
  CHECK(came == status);
  tollgate_text named = read_error(error).field;
  CHECK(field ? text_is(named, field) : named.ptr == NULL);
  tollgate_error_free(error);
  tollgate_operation_free(operation);
}

static void a_response_tells_status_lines_body_and_where_it_came_from(void) {
  world world = world_open();
  question question;
  ask_for(&question, "/sim/counts");
  tollgate_response *response = answer(world.client, &question);
  tollgate_response_view view = read_response(response);
  int types = 0;
  for (size_t i = 0; i < view.header_count; i++) {
    if (text_is(view.headers[i].name, "content-type")) types += text_has(view.headers[i].value, "json");
  }
  CHECK(view.status == 200 && types == 1);
  CHECK(view.body_len > 0 && view.body[0] == '{');
  CHECK(text_is(view.version, "1.1"));
  CHECK(text_has(view.uri, "/sim/counts") && text_is(view.method, "GET"));
  CHECK(view.next_link.ptr == NULL && view.written == 0 && view.reserved == 0);
  tollgate_response_free(response);
  world_close(&world);
}

static void a_body_is_read_as_a_document_and_the_document_outlives_it(void) {
  world world = world_open();
  question question;
  ask_for(&question, "/sim/counts");
  tollgate_response *response = answer(world.client, &question);
  tollgate_document *document = NULL;
  tollgate_document_view view;
  CHECK(tollgate_response_parse(response, &document, NULL) == TOLLGATE_OK);
  tollgate_response_free(response);
  CHECK(tollgate_document_read(document, &view, NULL) == TOLLGATE_OK);
  CHECK(view.len > 1 && view.ptr[0].kind == TOLLGATE_NODE_MAP && view.ptr[0].count > 0);
  long requests = -1;
  for (size_t i = 1; i < view.len; i++) {
    if (text_is(view.ptr[i].name, "token_requests") && view.ptr[i].kind == TOLLGATE_NODE_WHOLE) {
      requests = (long)view.ptr[i].whole;
    }
  }
  CHECK(requests == 1);
  tollgate_document_free(document);
  world_close(&world);
}

static void a_body_that_is_no_json_is_malformed(void) {
  world world = world_open();
  question question;
  ask_for(&question, "/sim/counts");
  question.request.method = TEXT("HEAD");
  tollgate_response *response = answer(world.client, &question);
  tollgate_document *document = NULL;
  CHECK(read_response(response).body_len == 0);
  CHECK(tollgate_response_parse(response, &document, NULL) == TOLLGATE_MALFORMED_RESPONSE && document == NULL);
  tollgate_response_free(response);
  world_close(&world);
}

static void an_error_is_a_response_unless_the_request_is_strict(void) {
  world world = world_open();
  question question;
  ask_for(&question, "/sim/nothing-is-here");
  tollgate_response *response = answer(world.client, &question);
  CHECK(read_response(response).status == 404);
  tollgate_response_free(response);
  question.request.strict = 1;
  check_refusal(world.client, &question, TOLLGATE_RESOURCE_NOT_FOUND, NULL);
  world_close(&world);
}

static void a_token_leaves_for_hosts_of_its_realm_only(void) {
  world world = world_open();
  question question;
  ask_for(&question, "/sim/counts");
  question.host = TEXT("management.azure.com");
  check_refusal(world.client, &question, TOLLGATE_ENDPOINT_NOT_TRUSTED, NULL);
  question.request.uri = TEXT("https://nobody.example/");
  check_refusal(world.client, &question, TOLLGATE_INVALID_ARGUMENT, "Uri");
  question.request.token.resource = ARM;
  check_refusal(world.client, &question, TOLLGATE_ENDPOINT_NOT_TRUSTED, NULL);
  question.request.uri = TEXT("http://management.azure.com/subscriptions");
  check_refusal(world.client, &question, TOLLGATE_ENDPOINT_NOT_TRUSTED, NULL);
  CHECK(simulator_count("token_requests") == 0);
  world_close(&world);
}

static void what_cannot_be_meant_is_named(void) {
  world world = world_open();
  question question;
  ask_for(&question, "/sim/counts");
  question.request.method = TEXT("STEAL");
  check_refusal(world.client, &question, TOLLGATE_INVALID_ARGUMENT, "Method");
  ask_for(&question, "/sim/counts");
  question.request.wait = 1;
  question.request.poll_from = 9;
  check_refusal(world.client, &question, TOLLGATE_INVALID_ARGUMENT, "PollFrom");
  question.request.poll_from = TOLLGATE_LINK_DEFAULT;
  question.request.final_from = 9;
  check_refusal(world.client, &question, TOLLGATE_INVALID_ARGUMENT, "FinalResultFrom");
  ask_for(&question, "/sim/counts");
  question.request.body = TEXT("{}");
  question.request.body_file = TEXT("/dev/null");
  check_refusal(world.client, &question, TOLLGATE_INVALID_ARGUMENT, "InFile");
  ask_for(&question, "/sim/counts");
  question.request.realms = NULL;
  check_refusal(world.client, &question, TOLLGATE_INVALID_ARGUMENT, "realms");
  CHECK(simulator_count("token_requests") == 0);
  world_close(&world);
}

static void a_response_is_given_away_once_and_to_whoever_asks_for_one(void) {
  world world = world_open();
  question question;
  ask_for(&question, "/sim/counts");
  tollgate_operation *operation = begin(world.client, &question);
  tollgate_progress progress;
  tollgate_token *token = NULL;
  tollgate_document *document = NULL;
  tollgate_response *response = NULL, *again = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(operation, &token, NULL) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(tollgate_operation_take_document(operation, &document, NULL) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(tollgate_operation_take_response(operation, &response, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_response(operation, &again, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "operation"));
  CHECK(token == NULL && document == NULL && again == NULL);
  tollgate_error_free(error);
  tollgate_response_free(response);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void a_lookup_ends_with_a_document_also_where_nobody_is_at_azures_address(void) {
  world world = world_open();
  tollgate_lookup_request request = { .token = { .resource = ARM },
                                      .account = TEXT("account"),
                                      .arm_url = TEXT("http://127.0.0.1:9"),
                                      .kind = TOLLGATE_LOOKUP_SIGN_IN };
  tollgate_operation *operation = NULL;
  tollgate_progress progress;
  tollgate_document *document = NULL;
  tollgate_document_view view;
  CHECK(tollgate_client_start_lookup(world.client, &request, &operation, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_document(operation, &document, NULL) == TOLLGATE_OK);
  CHECK(tollgate_document_read(document, &view, NULL) == TOLLGATE_OK);
  CHECK(view.ptr[0].kind == TOLLGATE_NODE_MAP);
  int tenants = 0;
  for (size_t i = 1; i < view.len; i++) {
    tenants += text_is(view.ptr[i].name, "tenantId") && text_is(view.ptr[i].text, TENANT_ID);
  }
  CHECK(tenants == 1);
  tollgate_document_free(document);
  tollgate_operation_free(operation);
  request.kind = 9;
  tollgate_error *error = NULL;
  CHECK(tollgate_client_start_lookup(world.client, &request, &operation, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "kind"));
  tollgate_error_free(error);
  world_close(&world);
}

void rest_tests(void) {
  RUN(a_response_tells_status_lines_body_and_where_it_came_from);
  RUN(a_body_is_read_as_a_document_and_the_document_outlives_it);
  RUN(a_body_that_is_no_json_is_malformed);
  RUN(an_error_is_a_response_unless_the_request_is_strict);
  RUN(a_token_leaves_for_hosts_of_its_realm_only);
  RUN(what_cannot_be_meant_is_named);
  RUN(a_response_is_given_away_once_and_to_whoever_asks_for_one);
  RUN(a_lookup_ends_with_a_document_also_where_nobody_is_at_azures_address);
}
