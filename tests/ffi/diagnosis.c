/* A diagnosis: the checks in their order, given away once, told apart from a request for a token. */
#include "world.h"

static const tollgate_token_request request = { .resource = TEXT_OF(ARM_URL) };
static const tollgate_token_request stranger = { .resource = TEXT_OF(ARM_URL),
                                                 .client_id = TEXT_OF("99999999-9999-4999-8999-999999999999") };

static tollgate_operation *begin(tollgate_client *client, const tollgate_token_request *about) {
  tollgate_operation *operation = NULL;
  CHECK(tollgate_client_start_diagnosis(client, about, &operation, NULL) == TOLLGATE_OK);
  return operation;
}

static tollgate_diagnosis *diagnose(tollgate_client *client, const tollgate_token_request *about) {
  tollgate_operation *operation = begin(client, about);
  tollgate_progress progress;
  tollgate_diagnosis *diagnosis = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_diagnosis(operation, &diagnosis, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  return diagnosis;
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
  tollgate_diagnosis *diagnosis = diagnose(world.client, &request);
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
  tollgate_diagnosis *diagnosis = diagnose(world.client, &stranger);
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
  tollgate_diagnosis_free(diagnose(world.client, &request));
  CHECK(simulator_count("token_requests") == 2);
  world_close(&world);
}

static void it_outlives_its_operation_and_its_client(void) {
  world world = world_open();
  tollgate_diagnosis *diagnosis = diagnose(world.client, &request);
  tollgate_client_free(world.client);
  world.client = NULL;
  CHECK(text_has(find(diagnosis, "Token")->detail, ARM_URL));
  tollgate_diagnosis_free(diagnosis);
  world_close(&world);
}

static void it_is_given_away_once_and_not_before_it_is_complete(void) {
  world world = world_open();
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = begin(world.client, &request);
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
  tollgate_operation *diagnosing = begin(world.client, &request), *fetching = start(world.client, &request);
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
  tollgate_operation *operation = begin(world.client, &request);
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
  tollgate_operation *operation = begin(world.client, &request);
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
  CHECK(tollgate_client_start_diagnosis(world.client, &malformed, &operation, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "ClientId") && operation == NULL);
  CHECK(simulator_count("requests") == 0);
  tollgate_error_free(error);
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
}
