/* A child of fork has the memory of its parent and none of its threads: what it asks of Tollgate ends at once, with an error. */
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

/* Whether a child that does this ends well, and long before a request's own time is over. */
static int child_ends_well(int (*act)(world *, tollgate_operation *), world *world, tollgate_operation *operation) {
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(act(world, operation) ? 0 : 1);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Whether an error was given that says what is the matter. */
static int says_forked(tollgate_error *error) {
  tollgate_error_view view;
  int says = error != NULL && tollgate_error_read(error, &view) == TOLLGATE_OK &&
             text_starts(view.message, "this process was forked");
  tollgate_error_free(error);
  return says;
}

static int asks(world *world, tollgate_operation *none) {
  (void)none;
  const tollgate_token_request request = { .resource = VAULT };
  tollgate_operation *operation = NULL;
  tollgate_error *error = NULL;
  tollgate_progress progress;
  tollgate_status status = tollgate_client_start_token(world->client, &request, &operation, &error);
  if (status == TOLLGATE_OK) status = tollgate_operation_wait(operation, PATIENCE_MS, &progress, &error);
  tollgate_operation_free(operation);
  tollgate_client_free(world->client);
  return status == TOLLGATE_INTERNAL && says_forked(error);
}

static int waits(world *world, tollgate_operation *operation) {
  tollgate_error *error = NULL;
  tollgate_progress progress;
  tollgate_status status = tollgate_operation_wait(operation, PATIENCE_MS, &progress, &error);
  tollgate_operation_free(operation);
  tollgate_client_free(world->client);
  return status == TOLLGATE_INTERNAL && says_forked(error);
}

static void a_request_of_a_child_fails_at_once_and_its_parent_goes_on(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  tollgate_token_free(fetch(world.client, &request));
  CHECK(child_ends_well(asks, &world, NULL));
  const tollgate_token_request forced = { .resource = ARM, .force_refresh = 1 };
  tollgate_token_free(fetch(world.client, &forced));
  world_close(&world);
}

static void a_request_that_was_under_way_fails_in_the_child_and_succeeds_in_the_parent(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = start(world.client, &request);
  simulator_await("held", 1);
  CHECK(child_ends_well(waits, &world, operation));
  simulator_release();
  tollgate_progress progress;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  world_close(&world);
}

void fork_tests(void) {
  RUN(a_request_of_a_child_fails_at_once_and_its_parent_goes_on);
  RUN(a_request_that_was_under_way_fails_in_the_child_and_succeeds_in_the_parent);
}
