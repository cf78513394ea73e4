/* Each failure by its number, with what it carries; the service's own words survive. */
#include "world.h"

static void check_argument(tollgate_token_request request, const char *field) {
  world world = world_open();
  tollgate_error *error = refusal(world.client, &request, TOLLGATE_INVALID_ARGUMENT);
  CHECK(text_is(read_error(error).field, field));
  CHECK(simulator_count("requests") == 0);
  tollgate_error_free(error);
  world_close(&world);
}

static void bad_input_is_named_and_the_service_never_hears_of_it(void) {
  static const uint16_t half[] = { 'x', 0xd800 };
  check_argument((tollgate_token_request){ .resource = ABSENT }, "ResourceUrl");
  check_argument((tollgate_token_request){ .resource = TEXT("") }, "ResourceUrl");
  check_argument((tollgate_token_request){ .resource = { half, 2 } }, "ResourceUrl");
  check_argument((tollgate_token_request){ .resource = ARM, .client_id = TEXT("") }, "ClientId");
  check_argument((tollgate_token_request){ .resource = ARM, .client_id = TEXT("not-a-guid") }, "ClientId");
  check_argument((tollgate_token_request){ .resource = ARM, .object_id = TEXT("42") }, "ObjectId");
  check_argument((tollgate_token_request){ .resource = ARM, .resource_id = TEXT("first") }, "ResourceId");
  check_argument((tollgate_token_request){ .resource = ARM, .account_id = { half, 2 } }, "AccountId");
}

static void two_selectors_are_one_too_many(void) {
  check_argument((tollgate_token_request){ .resource = ARM,
                                           .client_id = TEXT(FIRST_CLIENT_ID),
                                           .object_id = TEXT(FIRST_OBJECT_ID) },
                 "ObjectId");
}

static void an_unknown_identity_is_told_in_the_services_own_words(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM, .client_id = TEXT("99999999-9999-4999-8999-999999999999") };
  tollgate_error *error = refusal(world.client, &request, TOLLGATE_IDENTITY_NOT_FOUND);
  tollgate_error_view view = read_error(error);
  CHECK(view.status == TOLLGATE_IDENTITY_NOT_FOUND);
  CHECK(view.http_status == 400);
  CHECK(view.reserved == 0);
  CHECK(text_has(view.identity, "99999999-9999-4999-8999-999999999999"));
  CHECK(text_is(view.service_code, "invalid_request"));
  CHECK(text_is(view.service_text, "Identity not found"));
  CHECK(text_has(view.message, "Identity not found"));
  CHECK(text_has(view.advice, "assigned") && view.advice.ptr[view.advice.len - 1] != '.');
  CHECK(view.field.ptr == NULL);
  tollgate_error_free(error);
  world_close(&world);
}

static void a_failure_of_the_plan(const char *faults, tollgate_status status) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  simulator_plan(faults);
  tollgate_error *error = refusal(world.client, &request, status);
  tollgate_error_view view = read_error(error);
  CHECK(view.status == status);
  CHECK(view.message.len > 0 && view.message.ptr[view.message.len - 1] != '.');
  CHECK(!text_has(view.message, "eyJ"));
  CHECK(view.advice.ptr == NULL);
  tollgate_error_free(error);
  world_close(&world);
}

static void what_only_looks_like_the_service_is_malformed(void) {
  a_failure_of_the_plan("[{\"fault\":\"html\"}]", TOLLGATE_MALFORMED_RESPONSE);
  a_failure_of_the_plan("[{\"fault\":\"not_json\"}]", TOLLGATE_MALFORMED_RESPONSE);
  a_failure_of_the_plan("[{\"fault\":\"missing_token\"}]", TOLLGATE_MALFORMED_RESPONSE);
  a_failure_of_the_plan("[{\"fault\":\"oversized\",\"bytes\":2000000}]", TOLLGATE_MALFORMED_RESPONSE);
}

static void what_leads_away_is_not_trusted(void) {
  a_failure_of_the_plan("[{\"fault\":\"redirect\",\"location\":\"http://127.0.0.1:9/\"}]", TOLLGATE_ENDPOINT_NOT_TRUSTED);
}

static void a_refusal_keeps_its_status(void) {
  a_failure_of_the_plan("[{\"fault\":\"status\",\"code\":403,\"body\":\"no\"}]", TOLLGATE_REFUSED);
}

static void the_callers_time_is_kept(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM, .timeout_ms = 50 };
  simulator_plan("[{\"fault\":\"hang\"}]");
  tollgate_error *error = refusal(world.client, &request, TOLLGATE_TIMED_OUT);
  CHECK(read_error(error).status == TOLLGATE_TIMED_OUT);
  tollgate_error_free(error);
  world_close(&world);
}

static void nobody_at_a_configured_address_is_told_with_the_address(void) {
  world world = world_open();
  const tollgate_token_request request = { .resource = ARM };
  tollgate_client *client = world_client("http://127.0.0.1:9", world.gate);
  tollgate_error *error = refusal(client, &request, TOLLGATE_ENDPOINT_UNREACHABLE);
  tollgate_error_view view = read_error(error);
  CHECK(text_has(view.endpoint, "127.0.0.1:9"));
  CHECK(text_has(view.message, "AZURE_POD_IDENTITY_AUTHORITY_HOST"));
  CHECK(view.attempts >= 1);
  tollgate_error_free(error);
  tollgate_client_free(client);
  world_close(&world);
}

void error_tests(void) {
  RUN(bad_input_is_named_and_the_service_never_hears_of_it);
  RUN(two_selectors_are_one_too_many);
  RUN(an_unknown_identity_is_told_in_the_services_own_words);
  RUN(what_only_looks_like_the_service_is_malformed);
  RUN(what_leads_away_is_not_trusted);
  RUN(a_refusal_keeps_its_status);
  RUN(the_callers_time_is_kept);
  RUN(nobody_at_a_configured_address_is_told_with_the_address);
}
