/* What a token says, where it comes from, and how often the service is asked for it. */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "world.h"

static void a_token_says_what_it_is(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM, .client_id = TEXT(FIRST_CLIENT_ID) };
  tollgate_token *token = fetch(world.client, &request);
  tollgate_token_view view = read_token(token);
  int64_t now = (int64_t)time(NULL);
  CHECK(text_starts(view.token, "eyJ") && view.token.len > 500);
  CHECK(text_is(view.token_type, "Bearer"));
  CHECK(text_is(view.resource, ARM_URL));
  CHECK(text_is(view.tenant_id, TENANT_ID));
  CHECK(text_is(view.client_id, FIRST_CLIENT_ID));
  CHECK(text_is(view.object_id, FIRST_OBJECT_ID));
  CHECK(text_starts(view.resource_id, "/subscriptions/"));
  CHECK(view.expires_on > now + 80000 && view.expires_on <= now + 86400);
  CHECK(view.refresh_on > now && view.refresh_on < view.expires_on);
  CHECK(view.origin == TOLLGATE_ORIGIN_SERVICE);
  CHECK(view.reserved == 0);
  tollgate_token_free(token);
  world_close(&world);
}

static void without_a_selector_it_is_the_system_assigned_identity(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  const tollgate_token_request as_az_says_it = { .resource = ARM, .account_id = TEXT("MSI@50342") };
  tollgate_token *token = fetch(world.client, &request), *same = fetch(world.client, &as_az_says_it);
  CHECK(text_is(read_token(token).client_id, SYSTEM_CLIENT_ID));
  CHECK(read_token(same).origin == TOLLGATE_ORIGIN_CACHE);
  tollgate_token_free(token);
  tollgate_token_free(same);
  world_close(&world);
}

static void a_scope_is_a_resource_and_the_rest(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = TEXT("https://vault.azure.net/.default") };
  tollgate_token *token = fetch(world.client, &request);
  CHECK(text_is(read_token(token).resource, VAULT_URL));
  tollgate_token_free(token);
  world_close(&world);
}

static void the_second_token_comes_from_memory(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  tollgate_token *first = fetch(world.client, &request), *second = fetch(world.client, &request);
  tollgate_token_view one = read_token(first), two = read_token(second);
  CHECK(two.origin == TOLLGATE_ORIGIN_CACHE);
  CHECK(one.token.len == two.token.len);
  CHECK(memcmp(one.token.ptr, two.token.ptr, one.token.len * sizeof *one.token.ptr) == 0);
  CHECK(simulator_count("token_requests") == 1);
  tollgate_token_free(first);
  tollgate_token_free(second);
  world_close(&world);
}

static void a_forced_request_asks_the_service(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM }, forced = { .resource = ARM, .force_refresh = 1 };
  tollgate_token_free(fetch(world.client, &request));
  tollgate_token *token = fetch(world.client, &forced);
  CHECK(read_token(token).origin == TOLLGATE_ORIGIN_SERVICE);
  CHECK(simulator_count("token_requests") == 2);
  tollgate_token_free(token);
  world_close(&world);
}

static void a_request_under_way_is_shared(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *first = start(world.client, &request);
  simulator_await("held", 1);
  tollgate_operation *second = start(world.client, &request);
  simulator_release();
  tollgate_progress progress;
  tollgate_token *own = NULL, *shared = NULL;
  CHECK(tollgate_operation_wait(second, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_wait(first, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(first, &own, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(second, &shared, NULL) == TOLLGATE_OK);
  CHECK(read_token(own).origin == TOLLGATE_ORIGIN_SERVICE);
  CHECK(read_token(shared).origin == TOLLGATE_ORIGIN_SHARED);
  CHECK(simulator_count("token_requests") == 1);
  tollgate_token_free(own);
  tollgate_token_free(shared);
  tollgate_operation_free(first);
  tollgate_operation_free(second);
  world_close(&world);
}

/* What one of many threads does; the outcome is checked by the thread that runs the test. */
static void *one_of_many(void *client) {
  const tollgate_token_request request = { .resource = ARM };
  tollgate_operation *operation = NULL;
  tollgate_progress progress;
  tollgate_token *token = NULL;
  int good = tollgate_client_start_token(client, &request, &operation, NULL) == TOLLGATE_OK &&
             tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK &&
             tollgate_operation_take_token(operation, &token, NULL) == TOLLGATE_OK;
  tollgate_token_free(token);
  tollgate_operation_free(operation);
  return good ? client : NULL;
}

static void two_hundred_threads_ask_the_service_once(void) {
  enum { THREADS = 200 };
  world world = world_open();
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, one_of_many, world.client) == 0);
  int good = 0;
  for (int i = 0; i < THREADS; i++) {
    void *outcome = NULL;
    CHECK(pthread_join(threads[i], &outcome) == 0);
    good += outcome != NULL;
  }
  CHECK(good == THREADS);
  CHECK(simulator_count("token_requests") == 1);
  world_close(&world);
}

void token_tests(void) {
  RUN(a_token_says_what_it_is);
  RUN(without_a_selector_it_is_the_system_assigned_identity);
  RUN(a_scope_is_a_resource_and_the_rest);
  RUN(the_second_token_comes_from_memory);
  RUN(a_forced_request_asks_the_service);
  RUN(a_request_under_way_is_shared);
  RUN(two_hundred_threads_ask_the_service_once);
}
