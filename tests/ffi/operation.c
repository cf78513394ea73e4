/* The life of a request: under way, ended, taken, freed. */
#include "world.h"

static const tollgate_token_request request = { .resource = TEXT_OF(ARM_URL) };

static void under_way_it_is_pending_and_says_where_it_stands(void) {
  world world = world_open();
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = start(world.client, &request);
  simulator_await("held", 1);
  tollgate_progress progress = { .reserved = 77 };
  tollgate_token *token = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_operation_wait(operation, 0, &progress, &error) == TOLLGATE_PENDING);
  CHECK(progress.phase == TOLLGATE_PHASE_ASKING);
  CHECK(progress.attempt == 1);
  CHECK(progress.reserved == 0);
  CHECK(tollgate_operation_take_token(operation, &token, &error) == TOLLGATE_PENDING);
  CHECK(token == NULL && error == NULL);
  simulator_release();
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, &error) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void the_token_is_given_away_once(void) {
  world world = world_open();
  tollgate_operation *operation = start(world.client, &request);
  tollgate_progress progress;
  tollgate_token *token = NULL, *again = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(operation, &token, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(operation, &again, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "operation"));
  CHECK(again == NULL);
  CHECK(tollgate_operation_wait(operation, 0, &progress, NULL) == TOLLGATE_OK);
  tollgate_error_free(error);
  tollgate_operation_free(operation);
  CHECK(text_starts(read_token(token).token, "eyJ"));
  tollgate_token_free(token);
  world_close(&world);
}

static void a_failure_is_told_anew_by_every_call(void) {
  world world = world_open();
  simulator_plan("[{\"fault\":\"status\",\"code\":403,\"body\":\"no\"}]");
  tollgate_operation *operation = start(world.client, &request);
  tollgate_progress progress;
  tollgate_token *token = NULL;
  tollgate_error *first = NULL, *second = NULL, *third = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, &first) == TOLLGATE_REFUSED);
  CHECK(tollgate_operation_wait(operation, 0, &progress, &second) == TOLLGATE_REFUSED);
  CHECK(tollgate_operation_take_token(operation, &token, &third) == TOLLGATE_REFUSED);
  CHECK(first != second && second != third && token == NULL);
  tollgate_error_free(first);
  CHECK(read_error(second).http_status == 403);
  tollgate_error_free(second);
  tollgate_operation_free(operation);
  CHECK(read_error(third).http_status == 403);
  tollgate_error_free(third);
  world_close(&world);
}

static void freed_under_way_it_leaves_the_client_whole(void) {
  world world = world_open();
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = start(world.client, &request);
  simulator_await("held", 1);
  tollgate_operation_free(operation);
  simulator_await("abandoned", 1);
  tollgate_token_free(fetch(world.client, &request));
  world_close(&world);
}

static void a_token_that_nobody_takes_is_freed_with_its_operation(void) {
  world world = world_open();
  tollgate_operation *operation = start(world.client, &request);
  tollgate_progress progress;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  world_close(&world);
}

void operation_tests(void) {
  RUN(under_way_it_is_pending_and_says_where_it_stands);
  RUN(the_token_is_given_away_once);
  RUN(a_failure_is_told_anew_by_every_call);
  RUN(freed_under_way_it_leaves_the_client_whole);
  RUN(a_token_that_nobody_takes_is_freed_with_its_operation);
}
