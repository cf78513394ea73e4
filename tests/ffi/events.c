/* Lines for verbose and warning streams: handed out one by one, and never a secret among them. */
#include "world.h"

static const tollgate_token_request request = { .resource = TEXT_OF(ARM_URL) };

static tollgate_operation *ended(tollgate_client *client) {
  tollgate_operation *operation = start(client, &request);
  tollgate_progress progress;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  return operation;
}

static void a_request_tells_what_it_asked_and_then_nothing_more(void) {
  world world = world_open();
  tollgate_operation *operation = ended(world.client);
  tollgate_event event;
  int verbose = 0, steps = 0;
  while (tollgate_operation_next_event(operation, &event, NULL) == TOLLGATE_OK) {
    CHECK(event.reserved == 0);
    CHECK(event.level != TOLLGATE_LEVEL_WARNING);
    CHECK(!text_has(event.text, "eyJ"));
    steps += event.level == TOLLGATE_LEVEL_DEBUG;
    verbose += event.level == TOLLGATE_LEVEL_VERBOSE && text_has(event.text, ARM_URL) && text_has(event.text, simulator_url());
  }
  CHECK(verbose >= 1 && steps >= 5);
  event.reserved = 77;
  CHECK(tollgate_operation_next_event(operation, &event, NULL) == TOLLGATE_PENDING);
  CHECK(event.reserved == 77);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void a_token_from_memory_has_nothing_to_tell(void) {
  world world = world_open();
  tollgate_operation_free(ended(world.client));
  tollgate_operation *operation = ended(world.client);
  tollgate_event event;
  CHECK(tollgate_operation_next_event(operation, &event, NULL) == TOLLGATE_PENDING);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void a_gate_that_cannot_be_shared_is_a_warning_and_the_token_comes(void) {
  world world = world_open();
  tollgate_client *client = world_client(simulator_url(), "/dev/null/no-folder");
  tollgate_operation *operation = ended(client);
  tollgate_event event;
  int warnings = 0;
  while (tollgate_operation_next_event(operation, &event, NULL) == TOLLGATE_OK) {
    warnings += event.level == TOLLGATE_LEVEL_WARNING;
  }
  CHECK(warnings == 1);
  tollgate_operation_free(operation);
  tollgate_client_free(client);
  world_close(&world);
}

static void a_broken_try_is_told_before_the_next(void) {
  world world = world_open();
  simulator_plan("[{\"fault\":\"status\",\"code\":500,\"body\":\"busy\"}]");
  tollgate_operation *operation = ended(world.client);
  tollgate_event event;
  int told = 0;
  while (tollgate_operation_next_event(operation, &event, NULL) == TOLLGATE_OK) told += text_has(event.text, "busy");
  CHECK(told == 1);
  CHECK(simulator_count("token_requests") == 2);
  tollgate_operation_free(operation);
  world_close(&world);
}

void event_tests(void) {
  RUN(a_request_tells_what_it_asked_and_then_nothing_more);
  RUN(a_token_from_memory_has_nothing_to_tell);
  RUN(a_gate_that_cannot_be_shared_is_a_warning_and_the_token_comes);
  RUN(a_broken_try_is_told_before_the_next);
}
