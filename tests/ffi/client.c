/* Making a client, pointing it elsewhere, and freeing it before what came from it. */
#include "world.h"

static void the_library_has_the_number_of_its_header(void) {
  CHECK(tollgate_abi_version() == TOLLGATE_ABI_VERSION);
}

static void a_client_asks_nothing_before_it_is_asked(void) {
  world world = world_open();
  tollgate_client *without_environment = NULL;
  CHECK(tollgate_client_create(NULL, 0, &without_environment, NULL) == TOLLGATE_OK);
  CHECK(without_environment != NULL);
  CHECK(simulator_count("requests") == 0);
  tollgate_client_free(without_environment);
  world_close(&world);
}

static void variables_that_are_announced_and_not_there_are_refused(void) {
  tollgate_client *client = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_client_create(NULL, 3, &client, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "variables"));
  CHECK(client == NULL);
  tollgate_error_free(error);
}

static void an_impossible_address_is_refused_by_the_name_of_its_variable(void) {
  const tollgate_variable variable = { TEXT("AZURE_POD_IDENTITY_AUTHORITY_HOST"), TEXT("not an address") };
  tollgate_client *client = NULL;
  tollgate_error *error = NULL;
  CHECK(tollgate_client_create(&variable, 1, &client, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "AZURE_POD_IDENTITY_AUTHORITY_HOST"));
  CHECK(client == NULL);
  tollgate_error_free(error);
}

static void a_variable_that_is_no_valid_text_is_passed_over(void) {
  static const uint16_t half[] = { 0xd800 };
  const tollgate_variable variable = { TEXT("SOMETHING"), { half, 1 } };
  tollgate_client *client = NULL;
  CHECK(tollgate_client_create(&variable, 1, &client, NULL) == TOLLGATE_OK);
  tollgate_client_free(client);
}

static void a_changed_environment_counts_for_the_next_request_and_a_bad_one_changes_nothing(void) {
  world world = world_open();
  tollgate_client *client = world_client("http://127.0.0.1:9", world.gate);
  uint16_t units[64];
  const tollgate_variable bad = { TEXT("AZURE_POD_IDENTITY_AUTHORITY_HOST"), TEXT("ftp://127.0.0.1") };
  const tollgate_variable good = { bad.name, widen(simulator_url(), units, 64) };
  const tollgate_token_request request = { .resource = ARM };
  uint32_t source = 0, unchanged = 77;
  CHECK(tollgate_client_set_environment(client, &good, 1, &source, NULL) == TOLLGATE_OK);
  CHECK(source == 2);
  CHECK(tollgate_client_set_environment(client, &bad, 1, &unchanged, NULL) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(unchanged == 77);
  tollgate_token_free(fetch(client, &request));
  CHECK(simulator_count("tokens") == 1);
  tollgate_client_free(client);
  world_close(&world);
}

static void a_request_stays_with_the_source_it_names(void) {
  world world = world_open();
  const tollgate_variable elsewhere = { TEXT("AZURE_POD_IDENTITY_AUTHORITY_HOST"), TEXT("http://127.0.0.1:9") };
  tollgate_token_request request = { .resource = ARM, .source = 1 };
  tollgate_error *error = NULL;
  uint32_t source = 0;
  size_t removed = 77;
  CHECK(tollgate_client_set_environment(world.client, &elsewhere, 1, &source, NULL) == TOLLGATE_OK);
  CHECK(source == 2);
  tollgate_token_free(fetch(world.client, &request));
  CHECK(simulator_count("tokens") == 1);
  request.source = 2;
  CHECK(tollgate_client_clear_tokens(world.client, &request, &removed, NULL) == TOLLGATE_OK && removed == 0);
  request.source = 1;
  CHECK(tollgate_client_clear_tokens(world.client, &request, &removed, NULL) == TOLLGATE_OK && removed == 1);
  request.source = 3;
  tollgate_operation *operation = NULL;
  CHECK(tollgate_client_start_token(world.client, &request, &operation, &error) == TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, "source") && operation == NULL);
  tollgate_error_free(error);
  world_close(&world);
}

static void what_came_from_a_client_outlives_it(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM }, other = { .resource = VAULT };
  tollgate_token *token = fetch(world.client, &request);
  tollgate_listing *listing = NULL;
  tollgate_gate *gate = NULL;
  tollgate_listing_view entries;
  tollgate_gate_view state;
  CHECK(tollgate_client_list_tokens(world.client, &listing, NULL) == TOLLGATE_OK);
  CHECK(tollgate_client_look_at_gate(world.client, &gate, NULL) == TOLLGATE_OK);
  simulator_plan("[{\"fault\":\"hold\"}]");
  tollgate_operation *operation = start(world.client, &other);
  simulator_await("held", 1);

  tollgate_client_free(world.client);
  world.client = NULL;
  CHECK(text_starts(read_token(token).token, "eyJ"));
  CHECK(tollgate_listing_read(listing, &entries, NULL) == TOLLGATE_OK);
  CHECK(entries.len == 1 && text_is(entries.ptr[0].resource, ARM_URL));
  CHECK(tollgate_gate_read(gate, &state, NULL) == TOLLGATE_OK);
  CHECK(text_is(state.directory, world.gate));

  simulator_release();
  tollgate_progress progress;
  tollgate_token *late = NULL;
  CHECK(tollgate_operation_wait(operation, PATIENCE_MS, &progress, NULL) == TOLLGATE_OK);
  CHECK(tollgate_operation_take_token(operation, &late, NULL) == TOLLGATE_OK);
  tollgate_operation_free(operation);
  CHECK(text_is(read_token(late).resource, VAULT_URL));
  tollgate_token_free(late);
  tollgate_token_free(token);
  tollgate_listing_free(listing);
  tollgate_gate_free(gate);
  world_close(&world);
}

void client_tests(void) {
  RUN(the_library_has_the_number_of_its_header);
  RUN(a_client_asks_nothing_before_it_is_asked);
  RUN(variables_that_are_announced_and_not_there_are_refused);
  RUN(an_impossible_address_is_refused_by_the_name_of_its_variable);
  RUN(a_variable_that_is_no_valid_text_is_passed_over);
  RUN(a_changed_environment_counts_for_the_next_request_and_a_bad_one_changes_nothing);
  RUN(a_request_stays_with_the_source_it_names);
  RUN(what_came_from_a_client_outlives_it);
}
