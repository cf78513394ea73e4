/* A diagnosis: the checks in their order, given away once, told apart from a request for a token. */
#include "world.h"

static const tollgate_token_request request = { .resource = TEXT_OF(ARM_URL) };
static const tollgate_token_request stranger = { .resource = TEXT_OF(ARM_URL),
                                                 .client_id = TEXT_OF("99999999-9999-4999-8999-999999999999") };

/* Diagnoses the way to a token in the world's own environment, and to this Azure Resource Manager, if there is one. */
static tollgate_operation *begin_with(const world *world, const tollgate_token_request *about, const char *manager) {
  uint16_t units[3][64];
  const tollgate_variable variables[] = {
    { TEXT("AZURE_POD_IDENTITY_AUTHORITY_HOST"), widen(simulator_url(), units[0], 64) },
    { TEXT("TOLLGATE_GATE_DIRECTORY"), widen(world->gate, units[1], 64) },
  };
  tollgate_operation *operation = NULL;
  tollgate_text address = manager ? widen(manager, units[2], 64) : ABSENT;
  CHECK(tollgate_client_start_diagnosis(world->client, variables, 2, about, address, &operation, NULL) == TOLLGATE_OK);
  return operation;
}

static tollgate_operation *begin(const world *world, const tollgate_token_request *about) {
  return begin_with(world, about, NULL);
}

static tollgate_diagnosis *diagnose_with(const world *world, const tollgate_token_request *about, const char *manager) {
  tollgate_operation *operation = begin_with(world, about, manager);
  tollgate_progress progress;
  tollgate_diagnosis *diagnosis = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_diagnosis(operation, &diagnosis, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  return diagnosis;
}

static tollgate_diagnosis *diagnose(const world *world, const tollgate_token_request *about) {
  return diagnose_with(world, about, NULL);
}

static tollgate_diagnosis_view read_diagnosis(const tollgate_diagnosis *diagnosis) {
  tollgate_diagnosis_view view;
  CHECK(tollgate_diagnosis_read(diagnosis, &view, NULL) == TOLLGATE_OK);
  return view;
}

static const tollgate_check *find(const tollgate_diagnosis *diagnosis, const char *name) {
  tollgate_diagnosis_view view = read_diagnosis(diagnosis);
  for (size_t i = 0; i < view.len; i++) {
    if (text_is(view.ptr[i].name, name)) return &view.ptr[i];
  }
  CHECK(!"the diagnosis has no such check");
  return NULL;
}

static void where_all_is_well_no_check_fails_and_none_shows_the_token(void) {
  static const char *const names[] = { "Source",   "Endpoint", "Service", "Identity", "Token",      "Claims",
                                       "Audience", "Clock",    "Proxy",   "Gate",     "OtherLogins" };
  world world = world_open();
  tollgate_diagnosis *diagnosis = diagnose(&world, &request);
  tollgate_diagnosis_view view = read_diagnosis(diagnosis);
  CHECK(view.len == sizeof names / sizeof *names);
  for (size_t i = 0; i < view.len; i++) {
    CHECK(text_is(view.ptr[i].name, names[i]));
    CHECK(view.ptr[i].result == TOLLGATE_CHECK_PASSED);
    CHECK(view.ptr[i].detail.len > 0 && !text_has(view.ptr[i].detail, "eyJ"));
    CHECK(view.ptr[i].advice.ptr == NULL);
    CHECK(view.ptr[i].reserved == 0);
  }
  CHECK(text_has(find(diagnosis, "Source")->detail, simulator_url()));
  CHECK(text_has(find(diagnosis, "Claims")->detail, SYSTEM_CLIENT_ID));
  CHECK(text_has(find(diagnosis, "Gate")->detail, world.gate));
  tollgate_diagnosis_free(diagnosis);
  world_close(&world);
}

static void what_is_in_the_way_fails_and_is_advised_on_and_the_call_does_not_fail(void) {
  world world = world_open();
  tollgate_diagnosis *diagnosis = diagnose(&world, &stranger);
  const tollgate_check *identity = find(diagnosis, "Identity");
  CHECK(find(diagnosis, "Service")->result == TOLLGATE_CHECK_PASSED);
  CHECK(identity->result == TOLLGATE_CHECK_FAILED);
  CHECK(text_has(identity->detail, "Identity not found"));
  CHECK(identity->advice.len > 0 && identity->advice.ptr[identity->advice.len - 1] != '.');
  CHECK(find(diagnosis, "Token")->result == TOLLGATE_CHECK_SKIPPED);
  tollgate_diagnosis_free(diagnosis);
  world_close(&world);
}

static void it_asks_past_the_tokens_in_memory(void) {
  world world = world_open();
  tollgate_token_free(fetch(world.client, &request));
  tollgate_diagnosis_free(diagnose(&world, &request));
  CHECK(simulator_count("token_requests") == 2);
  world_close(&world);
}

static void it_outlives_its_operation_and_its_client(void) {
  world world = world_open();
  tollgate_diagnosis *diagnosis = diagnose(&world, &request);
  tollgate_client_free(world.client);
  world.client = NULL;
  CHECK(text_has(find(diagnosis, "Token")->detail, ARM_URL));
  tollgate_diagnosis_free(diagnosis);
  world_close(&world);
}

static void it_is_given_away_once_and_not_before_it_is_complete(void) {
  world world = world_open();
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = begin(&world, &request);
  simulator_await("held", 1);
  tollgate_progress progress;
  tollgate_diagnosis *diagnosis = NULL, *again = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_operation_wait(operation, 0, &progress, NULL) == TOLLGATE_PENDING);
  CHECK(progress.phase == TOLLGATE_PHASE_ASKING && progress.attempt == 1);
  CHECK(tollgate_operation_take_diagnosis(operation, &diagnosis, &error) == TOLLGATE_PENDING);
  CHECK(diagnosis == NULL && error == NULL);
  simulator_release();
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_diagnosis(operation, &diagnosis, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_diagnosis(operation, &again, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "operation") && again == NULL);
  tollgate_error_free(error);
  tollgate_diagnosis_free(diagnosis);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void asking_for_the_wrong_result_leaves_the_right_one_there(void) {
  world world = world_open();
  tollgate_operation *diagnosing = begin(&world, &request), *fetching = start(world.client, &request);
  tollgate_progress progress;
  tollgate_diagnosis *diagnosis = NULL;
  tollgate_token *token = NULL;
  tollgate_error *no_token = NULL, *no_diagnosis = NULL;
  CHECK(tollgate_operation_wait(diagnosing, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_wait(fetching, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(diagnosing, &token, &no_token) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(tollgate_operation_take_diagnosis(fetching, &diagnosis, &no_diagnosis) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(no_token).field, "operation") && text_is(read_error(no_diagnosis).field, "operation"));
  CHECK(token == NULL && diagnosis == NULL);
  CHECK(tollgate_operation_take_diagnosis(diagnosing, &diagnosis, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(fetching, &token, NULL) == TOLLGATE_OK);
  tollgate_error_free(no_token);
  tollgate_error_free(no_diagnosis);
  tollgate_diagnosis_free(diagnosis);
  tollgate_token_free(token);
  tollgate_operation_free(diagnosing);
  tollgate_operation_free(fetching);
  world_close(&world);
}

static void cancelled_it_leaves_the_service_alone_and_gives_nothing(void) {
  world world = world_open();
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = begin(&world, &request);
  simulator_await("held", 1);
  tollgate_progress progress;
  tollgate_diagnosis *diagnosis = NULL;
  CHECK(tollgate_operation_cancel(operation, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_cancel(operation, NULL) == TOLLGATE_OK);
  simulator_await("abandoned", 1);
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_CANCELLED);
  CHECK(tollgate_operation_take_diagnosis(operation, &diagnosis, NULL) == TOLLGATE_CANCELLED);
  CHECK(diagnosis == NULL);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void one_that_nobody_takes_is_freed_with_its_operation(void) {
  world world = world_open();
  tollgate_operation *operation = begin(&world, &request);
  tollgate_progress progress;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void input_that_means_nothing_is_refused_at_the_start(void) {
  world world = world_open();
  const tollgate_token_request malformed = { .resource = ARM, .client_id = TEXT("not-a-guid") };
  tollgate_operation *operation = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_client_start_diagnosis(world.client, NULL, 0, &malformed, ABSENT, &operation, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "ClientId") && operation == NULL);
  CHECK(simulator_count("requests") == 0);
  tollgate_error_free(error);
  world_close(&world);
}

static void azure_is_looked_for_where_its_address_is_given(void) {
  world world = world_open();
  tollgate_diagnosis *diagnosis = diagnose_with(&world, &request, simulator_url());
  CHECK(find(diagnosis, "ResourceManager")->result == TOLLGATE_CHECK_PASSED);
  CHECK(find(diagnosis, "Tls")->result == TOLLGATE_CHECK_SKIPPED);
  tollgate_diagnosis_free(diagnosis);
  diagnosis = diagnose_with(&world, &request, "https://127.0.0.1:9");
  CHECK(find(diagnosis, "ResourceManager")->result == TOLLGATE_CHECK_FAILED);
  CHECK(find(diagnosis, "ResourceManager")->advice.len > 0);
  tollgate_diagnosis_free(diagnosis);
  world_close(&world);
}

static void nothing_in_memory_is_used_or_changed(void) {
  world world = world_open();
  tollgate_listing *before = NULL, *after = NULL;
  tollgate_token_free(fetch(world.client, &request));
  CHECK(tollgate_client_list_tokens(world.client, &before, NULL) == TOLLGATE_OK);
  tollgate_diagnosis_free(diagnose(&world, &stranger));
  tollgate_diagnosis_free(diagnose(&world, &request));
  CHECK(tollgate_client_list_tokens(world.client, &after, NULL) == TOLLGATE_OK);
  tollgate_listing_view one, two;
  CHECK(tollgate_listing_read(before, &one, NULL) == TOLLGATE_OK && tollgate_listing_read(after, &two, NULL) == TOLLGATE_OK);
  CHECK(one.len == 1 && two.len == 1 && one.ptr[0].expires_on == two.ptr[0].expires_on);
  tollgate_token *token = fetch(world.client, &request);
  CHECK(read_token(token).origin == TOLLGATE_ORIGIN_CACHE);
  tollgate_token_free(token);
  tollgate_listing_free(before);
  tollgate_listing_free(after);
  world_close(&world);
}

void diagnosis_tests(void) {
  RUN(where_all_is_well_no_check_fails_and_none_shows_the_token);
  RUN(what_is_in_the_way_fails_and_is_advised_on_and_the_call_does_not_fail);
  RUN(it_asks_past_the_tokens_in_memory);
  RUN(it_outlives_its_operation_and_its_client);
  RUN(it_is_given_away_once_and_not_before_it_is_complete);
  RUN(asking_for_the_wrong_result_leaves_the_right_one_there);
  RUN(cancelled_it_leaves_the_service_alone_and_gives_nothing);
  RUN(one_that_nobody_takes_is_freed_with_its_operation);
  RUN(input_that_means_nothing_is_refused_at_the_start);
  RUN(azure_is_looked_for_where_its_address_is_given);
  RUN(nothing_in_memory_is_used_or_changed);
}
