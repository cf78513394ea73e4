/* NULL where something is needed is an argument error that names it; nothing else is written; freeing NULL does nothing. */
#include "world.h"

/* Not NULL and never looked through. */
#define UNTOUCHED ((void *)-1)

/* The call is made with an error to write and without one. */
#define CHECK_NAMES(field_name, call_with)                                       \
  do {                                                                           \
    tollgate_error *error = NULL;                                                \
    CHECK(call_with(&error) == TOLLGATE_INVALID_ARGUMENT);                       \
    tollgate_error_view view = read_error(error);                                \
    CHECK(view.status == TOLLGATE_INVALID_ARGUMENT);                             \
    CHECK(text_is(view.field, field_name));                                      \
    CHECK(text_has(view.message, "is NULL"));                                    \
    tollgate_error_free(error);                                                  \
    CHECK(call_with(NULL) == TOLLGATE_INVALID_ARGUMENT);                         \
  } while (0)

static void a_missing_client_is_named_and_nothing_is_written(void) {
  const tollgate_token_request request = { .resource = ARM };
  const tollgate_rest_request rest = { .uri = ARM };
  const tollgate_lookup_request lookup = { .arm_url = ARM };
  tollgate_operation *operation = UNTOUCHED;
  tollgate_listing *listing = UNTOUCHED;
  tollgate_gate *gate = UNTOUCHED;
  size_t removed = 77;
  uint32_t source = 77;
#define SET(error) tollgate_client_set_environment(NULL, NULL, 0, &source, error)
#define START(error) tollgate_client_start_token(NULL, &request, &operation, error)
#define DIAGNOSE(error) tollgate_client_start_diagnosis(NULL, NULL, 0, &request, ABSENT, &operation, error)
#define LIST(error) tollgate_client_list_tokens(NULL, &listing, error)
#define CLEAR(error) tollgate_client_clear_tokens(NULL, NULL, &removed, error)
#define LOOK(error) tollgate_client_look_at_gate(NULL, &gate, error)
  CHECK_NAMES("client", SET);
  CHECK_NAMES("client", START);
#define ASK(error) tollgate_client_start_rest(NULL, &rest, &operation, error)
#define LOOK_UP(error) tollgate_client_start_lookup(NULL, &lookup, &operation, error)
  CHECK_NAMES("client", DIAGNOSE);
  CHECK_NAMES("client", ASK);
  CHECK_NAMES("client", LOOK_UP);
  CHECK_NAMES("client", LIST);
  CHECK_NAMES("client", CLEAR);
  CHECK_NAMES("client", LOOK);
  CHECK(operation == UNTOUCHED && listing == UNTOUCHED && gate == UNTOUCHED && removed == 77 && source == 77);
}

static void a_missing_operation_is_named_and_nothing_is_written(void) {
  tollgate_progress progress = { .attempt = 77 };
  tollgate_event event = { .reserved = 77 };
  tollgate_token *token = UNTOUCHED;
  tollgate_diagnosis *diagnosis = UNTOUCHED;
#define WAIT(error) tollgate_operation_wait(NULL, 0, &progress, error)
#define NEXT(error) tollgate_operation_next_event(NULL, &event, error)
#define TAKE(error) tollgate_operation_take_token(NULL, &token, error)
#define TAKE_DIAGNOSIS(error) tollgate_operation_take_diagnosis(NULL, &diagnosis, error)
  tollgate_response *response = UNTOUCHED;
  tollgate_document *document = UNTOUCHED;
#define TAKE_RESPONSE(error) tollgate_operation_take_response(NULL, &response, error)
#define TAKE_DOCUMENT(error) tollgate_operation_take_document(NULL, &document, error)
#define CANCEL(error) tollgate_operation_cancel(NULL, error)
  CHECK_NAMES("operation", TAKE_RESPONSE);
  CHECK_NAMES("operation", TAKE_DOCUMENT);
  CHECK(response == UNTOUCHED && document == UNTOUCHED);
  CHECK_NAMES("operation", WAIT);
  CHECK_NAMES("operation", NEXT);
  CHECK_NAMES("operation", TAKE);
  CHECK_NAMES("operation", TAKE_DIAGNOSIS);
  CHECK_NAMES("operation", CANCEL);
  CHECK(progress.attempt == 77 && event.reserved == 77 && token == UNTOUCHED && diagnosis == UNTOUCHED);
}

static void a_missing_thing_to_read_is_named_and_nothing_is_written(void) {
  tollgate_token_view token = { .reserved = 77 };
  tollgate_listing_view listing = { .len = 77 };
  tollgate_gate_view gate = { .reserved = 77 };
  tollgate_diagnosis_view diagnosis = { .len = 77 };
  tollgate_error_view error_view = { .reserved = 77 };
#define READ_TOKEN(error) tollgate_token_read(NULL, &token, error)
#define READ_LISTING(error) tollgate_listing_read(NULL, &listing, error)
#define READ_GATE(error) tollgate_gate_read(NULL, &gate, error)
#define READ_DIAGNOSIS(error) tollgate_diagnosis_read(NULL, &diagnosis, error)
  tollgate_response_view response = { .reserved = 77 };
  tollgate_document_view document = { .len = 77 };
  tollgate_document *parsed = UNTOUCHED;
#define READ_RESPONSE(error) tollgate_response_read(NULL, &response, error)
#define PARSE_RESPONSE(error) tollgate_response_parse(NULL, &parsed, error)
#define READ_DOCUMENT(error) tollgate_document_read(NULL, &document, error)
  CHECK_NAMES("response", READ_RESPONSE);
  CHECK_NAMES("response", PARSE_RESPONSE);
  CHECK_NAMES("document", READ_DOCUMENT);
  CHECK(response.reserved == 77 && document.len == 77 && parsed == UNTOUCHED);
  CHECK_NAMES("token", READ_TOKEN);
  CHECK_NAMES("listing", READ_LISTING);
  CHECK_NAMES("gate", READ_GATE);
  CHECK_NAMES("diagnosis", READ_DIAGNOSIS);
  CHECK(tollgate_error_read(NULL, &error_view) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(token.reserved == 77 && listing.len == 77 && gate.reserved == 77 && diagnosis.len == 77);
  CHECK(error_view.reserved == 77);
}

static void a_missing_place_for_the_result_is_named_before_any_work(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
#define CREATE_NOWHERE(error) tollgate_client_create(NULL, 0, NULL, error)
#define SET_NOWHERE(error) tollgate_client_set_environment(world.client, NULL, 0, NULL, error)
#define START_NOWHERE(error) tollgate_client_start_token(world.client, &request, NULL, error)
#define DIAGNOSE_NOWHERE(error) tollgate_client_start_diagnosis(world.client, NULL, 0, &request, ABSENT, NULL, error)
#define LIST_NOWHERE(error) tollgate_client_list_tokens(world.client, NULL, error)
#define CLEAR_NOWHERE(error) tollgate_client_clear_tokens(world.client, NULL, NULL, error)
#define LOOK_NOWHERE(error) tollgate_client_look_at_gate(world.client, NULL, error)
  CHECK_NAMES("client", CREATE_NOWHERE);
  CHECK_NAMES("source", SET_NOWHERE);
  CHECK_NAMES("operation", START_NOWHERE);
  CHECK_NAMES("operation", DIAGNOSE_NOWHERE);
  CHECK_NAMES("listing", LIST_NOWHERE);
  CHECK_NAMES("removed", CLEAR_NOWHERE);
  CHECK_NAMES("gate", LOOK_NOWHERE);
  CHECK(simulator_count("requests") == 0);
  world_close(&world);
}

static void a_missing_view_leaves_the_handle_as_it_was(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  tollgate_operation *operation = start(world.client, &request);
  tollgate_progress progress;
#define WAIT_NOWHERE(error) tollgate_operation_wait(operation, PATIENCE_MS, NULL, error)
#define NEXT_NOWHERE(error) tollgate_operation_next_event(operation, NULL, error)
#define TAKE_NOWHERE(error) tollgate_operation_take_token(operation, NULL, error)
  CHECK_NAMES("progress", WAIT_NOWHERE);
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK_NAMES("event", NEXT_NOWHERE);
  CHECK_NAMES("token", TAKE_NOWHERE);
  tollgate_token *token = NULL;
  CHECK(tollgate_operation_take_token(operation, &token, NULL) == TOLLGATE_OK);
#define READ_NOWHERE(error) tollgate_token_read(token, NULL, error)
  CHECK_NAMES("view", READ_NOWHERE);
  CHECK(text_is(read_token(token).token_type, "Bearer"));
  tollgate_token_free(token);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void a_missing_place_or_view_leaves_the_diagnosis_as_it_was(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  tollgate_operation *operation = NULL;
  tollgate_progress progress;
  const tollgate_variable nowhere = { TEXT("AZURE_POD_IDENTITY_AUTHORITY_HOST"), TEXT("http://127.0.0.1:9") };
  CHECK(tollgate_client_start_diagnosis(world.client, &nowhere, 1, &request, ABSENT, &operation, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
#define TAKE_DIAGNOSIS_NOWHERE(error) tollgate_operation_take_diagnosis(operation, NULL, error)
  CHECK_NAMES("diagnosis", TAKE_DIAGNOSIS_NOWHERE);
  tollgate_diagnosis *diagnosis = NULL;
  tollgate_diagnosis_view view;
  CHECK(tollgate_operation_take_diagnosis(operation, &diagnosis, NULL) == TOLLGATE_OK);
#define READ_DIAGNOSIS_NOWHERE(error) tollgate_diagnosis_read(diagnosis, NULL, error)
  CHECK_NAMES("view", READ_DIAGNOSIS_NOWHERE);
  CHECK(tollgate_diagnosis_read(diagnosis, &view, NULL) == TOLLGATE_OK && view.len > 0);
  tollgate_diagnosis_free(diagnosis);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void a_missing_request_is_named(void) {
  world world = world_open();
  tollgate_operation *operation = UNTOUCHED;
#define START_NOTHING(error) tollgate_client_start_token(world.client, NULL, &operation, error)
  CHECK_NAMES("request", START_NOTHING);
#define ASK_NOTHING(error) tollgate_client_start_rest(world.client, NULL, &operation, error)
#define LOOK_UP_NOTHING(error) tollgate_client_start_lookup(world.client, NULL, &operation, error)
  CHECK_NAMES("request", ASK_NOTHING);
  CHECK_NAMES("request", LOOK_UP_NOTHING);
#define DIAGNOSE_NOTHING(error) tollgate_client_start_diagnosis(world.client, NULL, 0, NULL, ABSENT, &operation, error)
  CHECK_NAMES("request", DIAGNOSE_NOTHING);
  CHECK(operation == UNTOUCHED);
  world_close(&world);
}

static void freeing_null_does_nothing(void) {
  tollgate_client_free(NULL);
  tollgate_operation_free(NULL);
  tollgate_token_free(NULL);
  tollgate_listing_free(NULL);
  tollgate_gate_free(NULL);
  tollgate_diagnosis_free(NULL);
  tollgate_response_free(NULL);
  tollgate_document_free(NULL);
  tollgate_error_free(NULL);
}

void null_tests(void) {
  RUN(a_missing_client_is_named_and_nothing_is_written);
  RUN(a_missing_operation_is_named_and_nothing_is_written);
  RUN(a_missing_thing_to_read_is_named_and_nothing_is_written);
  RUN(a_missing_place_for_the_result_is_named_before_any_work);
  RUN(a_missing_view_leaves_the_handle_as_it_was);
  RUN(a_missing_place_or_view_leaves_the_diagnosis_as_it_was);
  RUN(a_missing_request_is_named);
  RUN(freeing_null_does_nothing);
}
