/* The machine's gate as a caller sees it. */
#include "world.h"

static const tollgate_token_request request = { .resource = TEXT_OF(ARM_URL) };

static tollgate_gate *look(tollgate_client *client, tollgate_gate_view *view) {
  tollgate_gate *gate = NULL;
  CHECK(tollgate_client_look_at_gate(client, &gate, NULL) == TOLLGATE_OK);
  CHECK(tollgate_gate_read(gate, view, NULL) == TOLLGATE_OK);
  return gate;
}

static void it_counts_what_passed_and_what_is_on_its_way(void) {
  world world = world_open();
  tollgate_gate_view view;
  tollgate_token_free(fetch(world.client, &request));
  simulator_plan("[{\"fault\":\"hold\"}]");
  const tollgate_token_request forced = { .resource = request.resource, .force_refresh = 1 };
  tollgate_operation *operation = start(world.client, &forced);
  simulator_await("held", 1);
  tollgate_gate *gate = look(world.client, &view);
  CHECK(text_is(view.directory, world.gate));
  CHECK(view.alone_because.ptr == NULL);
  CHECK(view.even == 0 && view.paused_ms == 0 && view.throttled == 0 && view.reserved == 0);
  CHECK(view.slots_total == 5 && view.slots_busy == 1);
  CHECK(view.sent == 2);
  simulator_release();
  tollgate_gate_free(gate);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void a_refusal_moves_the_whole_machine(void) {
  world world = world_open();
  tollgate_gate_view view;
  simulator_plan("[{\"fault\":\"throttle\",\"retry_after\":\"30\"}]");
  tollgate_operation *operation = start(world.client, &request);
  tollgate_progress progress = { .attempt = 0 };
  do {
    CHECK(tollgate_operation_wait(operation, 5, &progress, NULL) == TOLLGATE_PENDING);
  } while (progress.phase != TOLLGATE_PHASE_RETRY);
  CHECK(progress.left_ms > 0 && progress.left_ms <= 36000);
  tollgate_client *neighbour = world_client(simulator_url(), world.gate);
  tollgate_gate *gate = look(neighbour, &view);
  CHECK(view.throttled == 1);
  CHECK(view.even == 1);
  CHECK(view.paused_ms > 0 && view.wait_ms > 0);
  tollgate_gate_free(gate);
  tollgate_client_free(neighbour);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void a_gate_without_a_folder_says_why_it_is_alone(void) {
  world world = world_open();
  tollgate_gate_view view;
  tollgate_client *client = world_client(simulator_url(), "/dev/null/no-folder");
  tollgate_gate *gate = look(client, &view);
  CHECK(view.directory.ptr == NULL);
  CHECK(view.alone_because.len > 0);
  tollgate_gate_free(gate);
  tollgate_client_free(client);
  world_close(&world);
}

void gate_tests(void) {
  RUN(it_counts_what_passed_and_what_is_on_its_way);
  RUN(a_refusal_moves_the_whole_machine);
  RUN(a_gate_without_a_folder_says_why_it_is_alone);
}
