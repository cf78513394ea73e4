/* The tokens in memory: listed without their secrets, forgotten one identity or one resource at a time. */
#include "world.h"

static const tollgate_token_request arm = { .resource = TEXT_OF(ARM_URL) };
static const tollgate_token_request vault = { .resource = TEXT_OF(VAULT_URL) };

static size_t count(tollgate_client *client) {
  tollgate_listing *listing = NULL;
  tollgate_listing_view view;
  CHECK(tollgate_client_list_tokens(client, &listing, NULL) == TOLLGATE_OK);
  CHECK(tollgate_listing_read(listing, &view, NULL) == TOLLGATE_OK);
  tollgate_listing_free(listing);
  return view.len;
}

static size_t forget(tollgate_client *client, const tollgate_token_request *only) {
  size_t removed = 77;
  CHECK(tollgate_client_clear_tokens(client, only, &removed, NULL) == TOLLGATE_OK);
  return removed;
}

static void an_entry_says_everything_but_the_token(void) {
  world world = world_open();
  tollgate_token_request request = arm;
  request.object_id = TEXT(FIRST_OBJECT_ID);
  tollgate_token *token = fetch(world.client, &request);
  tollgate_token_free(fetch(world.client, &request));
  tollgate_token_free(fetch(world.client, &request));
  tollgate_listing *listing = NULL;
  tollgate_listing_view view;
  CHECK(tollgate_client_list_tokens(world.client, &listing, NULL) == TOLLGATE_OK);
  CHECK(tollgate_listing_read(listing, &view, NULL) == TOLLGATE_OK);
  CHECK(view.len == 1);
  const tollgate_entry *entry = view.ptr;
  CHECK(text_is(entry->resource, ARM_URL));
  CHECK(text_is(entry->identity, FIRST_OBJECT_ID));
  CHECK(entry->selector == TOLLGATE_SELECTOR_OBJECT_ID);
  CHECK(text_has(entry->endpoint, simulator_url()));
  CHECK(text_is(entry->tenant_id, TENANT_ID));
  CHECK(entry->expires_on == read_token(token).expires_on);
  CHECK(entry->refresh_on == read_token(token).refresh_on);
  CHECK(entry->served == 2);
  CHECK(entry->reserved == 0);
  tollgate_listing_free(listing);
  tollgate_token_free(token);
  world_close(&world);
}

static void the_system_assigned_identity_has_no_name(void) {
  world world = world_open();
  tollgate_token_free(fetch(world.client, &arm));
  tollgate_listing *listing = NULL;
  tollgate_listing_view view;
  CHECK(tollgate_client_list_tokens(world.client, &listing, NULL) == TOLLGATE_OK);
  CHECK(tollgate_listing_read(listing, &view, NULL) == TOLLGATE_OK);
  CHECK(view.len == 1 && view.ptr->identity.ptr == NULL && view.ptr->selector == TOLLGATE_SELECTOR_NONE);
  tollgate_listing_free(listing);
  world_close(&world);
}

static void a_listing_is_of_its_moment(void) {
  world world = world_open();
  tollgate_listing *before = NULL;
  tollgate_listing_view view;
  CHECK(tollgate_client_list_tokens(world.client, &before, NULL) == TOLLGATE_OK);
  tollgate_token_free(fetch(world.client, &arm));
  CHECK(tollgate_listing_read(before, &view, NULL) == TOLLGATE_OK);
  CHECK(view.len == 0);
  CHECK(count(world.client) == 1);
  tollgate_listing_free(before);
  world_close(&world);
}

static void tokens_are_forgotten_by_resource_by_identity_or_all(void) {
  world world = world_open();
  tollgate_token_request first_arm = arm, nobody = { .resource = ABSENT };
  first_arm.client_id = TEXT(FIRST_CLIENT_ID);
  tollgate_token_free(fetch(world.client, &arm));
  tollgate_token_free(fetch(world.client, &vault));
  tollgate_token_free(fetch(world.client, &first_arm));
  CHECK(count(world.client) == 3);
  CHECK(forget(world.client, &vault) == 1);
  CHECK(count(world.client) == 2);
  CHECK(forget(world.client, &nobody) == 1);
  CHECK(count(world.client) == 1);
  CHECK(forget(world.client, NULL) == 1);
  CHECK(forget(world.client, NULL) == 0);
  CHECK(count(world.client) == 0);
  world_close(&world);
}

static void a_forgotten_token_is_asked_for_again(void) {
  world world = world_open();
  tollgate_token_free(fetch(world.client, &arm));
  CHECK(forget(world.client, &arm) == 1);
  tollgate_token_free(fetch(world.client, &arm));
  CHECK(simulator_count("token_requests") == 2);
  world_close(&world);
}

void listing_tests(void) {
  RUN(an_entry_says_everything_but_the_token);
  RUN(the_system_assigned_identity_has_no_name);
  RUN(a_listing_is_of_its_moment);
  RUN(tokens_are_forgotten_by_resource_by_identity_or_all);
  RUN(a_forgotten_token_is_asked_for_again);
}
