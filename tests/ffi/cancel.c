/* Giving up: from any thread, any number of times; whoever waits is woken at once and the next request is not harmed. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <time.h>

#include "world.h"

static const tollgate_token_request request = { .resource = TEXT_OF(ARM_URL) };

/* Wakes far sooner than the wait would end; a loaded machine has room. */
#define AT_ONCE_MS 2000

typedef struct {
  tollgate_operation *operation;
  tollgate_status status;
  struct timespec woken;
} waiter;

static void *wait_long(void *argument) {
  waiter *waiter = argument;
  tollgate_progress progress;
  waiter->status = tollgate_operation_wait(waiter->operation, PATIENCE_MS, &progress, NULL);
  clock_gettime(CLOCK_MONOTONIC, &waiter->woken);
  return NULL;
}

static void *cancel_often(void *operation) {
  for (int i = 0; i < 100; i++) {
    if (tollgate_operation_cancel(operation, NULL) != TOLLGATE_OK) return NULL;
  }
  return operation;
}

static tollgate_operation *held(tollgate_client *client) {
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = start(client, &request);
  simulator_await("held", 1);
  return operation;
}

static void a_waiting_thread_is_woken_at_once(void) {
  world world = world_open();
  waiter waiter = { .operation = held(world.client) };
  pthread_t thread;
  struct timespec cancelled;
  CHECK(pthread_create(&thread, NULL, wait_long, &waiter) == 0);
  clock_gettime(CLOCK_MONOTONIC, &cancelled);
  CHECK(tollgate_operation_cancel(waiter.operation, NULL) == TOLLGATE_OK);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(waiter.status == TOLLGATE_CANCELLED);
  long milliseconds = (waiter.woken.tv_sec - cancelled.tv_sec) * 1000 + (waiter.woken.tv_nsec - cancelled.tv_nsec) / 1000000;
  CHECK(milliseconds < AT_ONCE_MS);
  tollgate_operation_free(waiter.operation);
  world_close(&world);
}

static void the_service_is_left_alone_and_the_next_request_works(void) {
  world world = world_open();
  tollgate_operation *operation = held(world.client);
  CHECK(tollgate_operation_cancel(operation, NULL) == TOLLGATE_OK);
  simulator_await("abandoned", 1);
  tollgate_token *token = fetch(world.client, &request);
  CHECK(read_token(token).origin == TOLLGATE_ORIGIN_SERVICE);
  tollgate_token_free(token);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void cancelling_again_and_from_many_threads_is_the_same_as_once(void) {
  enum { THREADS = 8 };
  world world = world_open();
  tollgate_operation *operation = held(world.client);
  pthread_t threads[THREADS];
  int good = 0;
  for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, cancel_often, operation) == 0);
  for (int i = 0; i < THREADS; i++) {
    void *outcome = NULL;
    CHECK(pthread_join(threads[i], &outcome) == 0);
    good += outcome != NULL;
  }
  CHECK(good == THREADS);
  tollgate_progress progress;
  tollgate_token *token = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_operation_wait(operation, 0, &progress, &error) == TOLLGATE_CANCELLED);
  CHECK(read_error(error).status == TOLLGATE_CANCELLED);
  CHECK(tollgate_operation_take_token(operation, &token, NULL) == TOLLGATE_CANCELLED);
  CHECK(token == NULL);
  tollgate_error_free(error);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void cancelling_what_has_ended_changes_nothing(void) {
  world world = world_open();
  tollgate_operation *operation = start(world.client, &request);
  tollgate_progress progress;
  tollgate_token *token = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_cancel(operation, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_wait(operation, 0, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(operation, &token, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_cancel(operation, NULL) == TOLLGATE_OK);
  tollgate_token_free(token);
  tollgate_operation_free(operation);
  world_close(&world);
}

static void who_shares_a_request_still_gets_the_token_when_another_gives_up(void) {
  world world = world_open();
  tollgate_operation *first = held(world.client), *second = start(world.client, &request);
  tollgate_progress progress;
  CHECK(tollgate_operation_cancel(first, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_wait(first, 0, &progress, NULL) == TOLLGATE_CANCELLED);
  simulator_release();
  CHECK(tollgate_operation_wait(second, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(simulator_count("token_requests") == 1);
  tollgate_operation_free(first);
  tollgate_operation_free(second);
  world_close(&world);
}

void cancel_tests(void) {
  RUN(a_waiting_thread_is_woken_at_once);
  RUN(the_service_is_left_alone_and_the_next_request_works);
  RUN(cancelling_again_and_from_many_threads_is_the_same_as_once);
  RUN(cancelling_what_has_ended_changes_nothing);
  RUN(who_shares_a_request_still_gets_the_token_when_another_gives_up);
}
