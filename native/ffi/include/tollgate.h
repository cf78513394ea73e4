/* The C ABI of Tollgate. Generated from native/ffi by its test `header`; change it there.
 *
 * - Every function but the ones that free and tollgate_abi_version gives a tollgate_status: 0 Ok, 1 Pending, from 100 a failure.
 *   On failure nothing is written but `error`, which may be NULL. There are no in/out parameters.
 * - Text is UTF-16 without a terminator, borrowed: during the call when it goes in, until its owner is freed when it
 *   is read out. A NULL pointer is an absent text, which an empty one is not.
 * - Handles own memory. Free each one once, in any order; freeing NULL does nothing.
 * - Everything may be called from any thread. An operation is read (wait, next_event, take) by one thread at a time and
 *   cancelled from any.
 * - Compare tollgate_abi_version() with TOLLGATE_ABI_VERSION before anything else, and refuse any difference.
 */

#ifndef TOLLGATE_H
#define TOLLGATE_H

#include <stddef.h>
#include <stdint.h>

/*
 Raised on any change of the ABI. The loader refuses anything but equality.
 */
#define TOLLGATE_ABI_VERSION 6

/*
 What came of a call.
 */
enum tollgate_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Done.
   */
  TOLLGATE_OK = 0,
  /*
   Not yet.
   */
  TOLLGATE_PENDING = 1,
  /*
   An input cannot be meant so.
   */
  TOLLGATE_INVALID_ARGUMENT = 100,
  /*
   The caller gave up.
   */
  TOLLGATE_CANCELLED = 101,
  /*
   The caller's time is over.
   */
  TOLLGATE_TIMED_OUT = 102,
  /*
   A context can only live in this process.
   */
  TOLLGATE_PERSISTENCE_NOT_SUPPORTED = 110,
  /*
   There is no context.
   */
  TOLLGATE_NOT_CONNECTED = 111,
  /*
   Nobody answers at a configured address.
   */
  TOLLGATE_ENDPOINT_UNREACHABLE = 200,
  /*
   There is no managed identity service here.
   */
  TOLLGATE_NO_SOURCE = 201,
  /*
   The service refused because the machine asked too often.
   */
  TOLLGATE_THROTTLED = 300,
  /*
   The service cannot answer now.
   */
  TOLLGATE_SERVICE_UNAVAILABLE = 301,
  /*
   The machine has no such identity, or several and none was named.
   */
  TOLLGATE_IDENTITY_NOT_FOUND = 302,
  /*
   The service answered no.
   */
  TOLLGATE_REFUSED = 303,
  /*
   Something answered, and not as the service does.
   */
  TOLLGATE_MALFORMED_RESPONSE = 304,
  /*
   Something answered that must not be trusted.
   */
  TOLLGATE_ENDPOINT_NOT_TRUSTED = 305,
  /*
   The identity lacks a role.
   */
  TOLLGATE_ACCESS_DENIED = 306,
  /*
   The identity sees no such subscription.
   */
  TOLLGATE_SUBSCRIPTION_NOT_FOUND = 307,
  /*
   There is no such resource, or the identity cannot see it.
   */
  TOLLGATE_RESOURCE_NOT_FOUND = 308,
  /*
   A long-running operation came to a bad end.
   */
  TOLLGATE_OPERATION_FAILED = 309,
  /*
   A fault of the library.
   */
  TOLLGATE_INTERNAL = 900,
  /*
   The library is missing or of another version; only the loader says this.
   */
  TOLLGATE_NATIVE_LIBRARY = 901,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_status tollgate_status;
#else
typedef int32_t tollgate_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 How a check came out.
 */
enum tollgate_check_result
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   As it should be.
   */
  TOLLGATE_CHECK_PASSED = 0,
  /*
   It works, and something is worth knowing.
   */
  TOLLGATE_CHECK_WARNING = 1,
  /*
   This is in the way.
   */
  TOLLGATE_CHECK_FAILED = 2,
  /*
   It could not be told.
   */
  TOLLGATE_CHECK_SKIPPED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_check_result tollgate_check_result;
#else
typedef uint32_t tollgate_check_result;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What a value is.
 */
enum tollgate_node_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Nothing.
   */
  TOLLGATE_NODE_NULL = 0,
  /*
   False.
   */
  TOLLGATE_NODE_FALSE = 1,
  /*
   True.
   */
  TOLLGATE_NODE_TRUE = 2,
  /*
   A number without a fraction, in `whole`.
   */
  TOLLGATE_NODE_WHOLE = 3,
  /*
   Any other number, in `number`.
   */
  TOLLGATE_NODE_NUMBER = 4,
  /*
   A text, in `text`.
   */
  TOLLGATE_NODE_TEXT = 5,
  /*
   A list; `count` values follow.
   */
  TOLLGATE_NODE_LIST = 6,
  /*
   An object; `count` named values follow.
   */
  TOLLGATE_NODE_MAP = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_node_kind tollgate_node_kind;
#else
typedef uint32_t tollgate_node_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 How an identity was named.
 */
enum tollgate_selector
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Not at all.
   */
  TOLLGATE_SELECTOR_NONE = 0,
  /*
   By its client id.
   */
  TOLLGATE_SELECTOR_CLIENT_ID = 1,
  /*
   By its object id.
   */
  TOLLGATE_SELECTOR_OBJECT_ID = 2,
  /*
   By its resource id.
   */
  TOLLGATE_SELECTOR_RESOURCE_ID = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_selector tollgate_selector;
#else
typedef uint32_t tollgate_selector;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What a request waits for.
 */
enum tollgate_phase
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Nothing has happened yet.
   */
  TOLLGATE_PHASE_STARTING = 0,
  /*
   In line at the machine's gate.
   */
  TOLLGATE_PHASE_QUEUED = 1,
  /*
   Waiting for one of the slots.
   */
  TOLLGATE_PHASE_SLOT = 2,
  /*
   The question is in the air.
   */
  TOLLGATE_PHASE_ASKING = 3,
  /*
   Waiting before the next try.
   */
  TOLLGATE_PHASE_RETRY = 4,
  /*
   Waiting for Azure's answer.
   */
  TOLLGATE_PHASE_ANSWERING = 5,
  /*
   Waiting before Azure is asked again.
   */
  TOLLGATE_PHASE_PAUSING = 6,
  /*
   Waiting for a long-running operation of Azure's.
   */
  TOLLGATE_PHASE_POLLING = 7,
  /*
   An answer's content is coming in.
   */
  TOLLGATE_PHASE_RECEIVING = 8,
  /*
   At the machine's gate, while all rest because the service refused somebody with a 429.
   */
  TOLLGATE_PHASE_PAUSED = 9,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_phase tollgate_phase;
#else
typedef uint32_t tollgate_phase;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 How loud a line is.
 */
enum tollgate_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   For whoever wants to know.
   */
  TOLLGATE_LEVEL_VERBOSE = 0,
  /*
   For everybody.
   */
  TOLLGATE_LEVEL_WARNING = 1,
  /*
   For whoever follows each step.
   */
  TOLLGATE_LEVEL_DEBUG = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_level tollgate_level;
#else
typedef uint32_t tollgate_level;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Where a token came from.
 */
enum tollgate_origin
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   The service, asked by this request.
   */
  TOLLGATE_ORIGIN_SERVICE = 0,
  /*
   This process's memory.
   */
  TOLLGATE_ORIGIN_CACHE = 1,
  /*
   The service, asked by another request that was under way.
   */
  TOLLGATE_ORIGIN_SHARED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_origin tollgate_origin;
#else
typedef uint32_t tollgate_origin;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Where the state of a long-running operation, or its result, is read from.
 */
enum tollgate_link
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Where the answer itself points.
   */
  TOLLGATE_LINK_DEFAULT = 0,
  /*
   The header line Azure-AsyncOperation.
   */
  TOLLGATE_LINK_AZURE_ASYNC_OPERATION = 1,
  /*
   The header line Location.
   */
  TOLLGATE_LINK_LOCATION = 2,
  /*
   The address of the request itself.
   */
  TOLLGATE_LINK_ORIGINAL_URI = 3,
  /*
   The header line Operation-Location.
   */
  TOLLGATE_LINK_OPERATION_LOCATION = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_link tollgate_link;
#else
typedef uint32_t tollgate_link;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What is to be found out.
 */
enum tollgate_lookup_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   The tenant and the subscription to work in: `{"tenantId", "tenant", "subscription", "subscriptions", "unreachable"}`;
   `unreachable` is the reason why nobody could be asked, or null.
   */
  TOLLGATE_LOOKUP_SIGN_IN = 0,
  /*
   The tenants: `{"tenants"}`.
   */
  TOLLGATE_LOOKUP_TENANTS = 1,
  /*
   The subscriptions: `{"tenantId", "subscriptions"}`.
   */
  TOLLGATE_LOOKUP_SUBSCRIPTIONS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tollgate_lookup_kind tollgate_lookup_kind;
#else
typedef uint32_t tollgate_lookup_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Tokens for one process: the cache, the gate, the source.
 */
typedef struct tollgate_client tollgate_client;

/*
 What was found to be in the way of a token, or not to be.
 */
typedef struct tollgate_diagnosis tollgate_diagnosis;

/*
 A JSON document.
 */
typedef struct tollgate_document tollgate_document;

/*
 A failure.
 */
typedef struct tollgate_error tollgate_error;

/*
 The gate at one moment.
 */
typedef struct tollgate_gate tollgate_gate;

/*
 A list of the tokens in memory at one moment.
 */
typedef struct tollgate_listing tollgate_listing;

/*
 A request under way.
 */
typedef struct tollgate_operation tollgate_operation;

/*
 An answer of Azure.
 */
typedef struct tollgate_response tollgate_response;

/*
 A token.
 */
typedef struct tollgate_token tollgate_token;

/*
 Borrowed UTF-16 text. A NULL `ptr` is an absent text.
 */
typedef struct {
  /*
   The first unit, or NULL.
   */
  const uint16_t *ptr;
  /*
   The number of units.
   */
  size_t len;
} tollgate_text;

/*
 A variable of the environment.
 */
typedef struct {
  /*
   Its name.
   */
  tollgate_text name;
  /*
   Its value.
   */
  tollgate_text value;
} tollgate_variable;

/*
 A wish for a token. At most one of the four selectors may be given; without one it is the system-assigned identity,
 or the machine's only user-assigned one.
 */
typedef struct {
  /*
   What the token is for, such as `https://vault.azure.net`. One trailing `/.default` is dropped.
   */
  tollgate_text resource;
  /*
   Az's account id: a client id, a resource id, or `MSI@50342` for the system-assigned identity.
   */
  tollgate_text account_id;
  /*
   A client id.
   */
  tollgate_text client_id;
  /*
   An object (principal) id.
   */
  tollgate_text object_id;
  /*
   The resource id of a user-assigned identity.
   */
  tollgate_text resource_id;
  /*
   1: ask the service even when the cache has a token.
   */
  uint32_t force_refresh;
  /*
   The time there is in all, in milliseconds, the wait at the gate included; 0 is the default of 120 s, which does
   not run while the request waits at the gate.
   */
  uint32_t timeout_ms;
  /*
   The source that has the identity, by the number that tollgate_client_set_environment gave; 0 for the one that the
   environment points to now.
   */
  uint32_t source;
  /*
   Always 0.
   */
  uint32_t reserved;
} tollgate_token_request;

/*
 A check. The texts are borrowed until the diagnosis is freed.
 */
typedef struct {
  /*
   What was looked at; the same word for ever.
   */
  tollgate_text name;
  /*
   What was found; never a secret.
   */
  tollgate_text detail;
  /*
   What to do; absent when there is nothing to do.
   */
  tollgate_text advice;
  /*
   How it came out.
   */
  tollgate_check_result result;
  /*
   Always 0.
   */
  uint32_t reserved;
} tollgate_check;

/*
 The checks of a diagnosis, borrowed until it is freed.
 */
typedef struct {
  /*
   The first check.
   */
  const tollgate_check *ptr;
  /*
   The number of checks.
   */
  size_t len;
} tollgate_diagnosis_view;

/*
 A value. The texts are borrowed until the document is freed.
 */
typedef struct {
  /*
   Its name in the object it belongs to; absent elsewhere.
   */
  tollgate_text name;
  /*
   The text, where it is one.
   */
  tollgate_text text;
  /*
   The number without a fraction, where it is one.
   */
  int64_t whole;
  /*
   Any other number.
   */
  double number;
  /*
   What it is.
   */
  tollgate_node_kind kind;
  /*
   How many values it holds; each may hold more, which stand right behind it.
   */
  uint32_t count;
} tollgate_node;

/*
 The values of a document, borrowed until it is freed. The first is the document's own.
 */
typedef struct {
  /*
   The first value.
   */
  const tollgate_node *ptr;
  /*
   The number of values.
   */
  size_t len;
} tollgate_document_view;

/*
 What a failure says. The texts are borrowed until the error is freed.
 */
typedef struct {
  /*
   The outcome's number.
   */
  tollgate_status status;
  /*
   The HTTP status of the service's answer, or 0.
   */
  uint32_t http_status;
  /*
   How often the service was asked, or 0 where that does not matter.
   */
  uint32_t attempts;
  /*
   Always 0.
   */
  uint32_t reserved;
  /*
   What the service asks to wait, in milliseconds, or 0.
   */
  uint64_t retry_after_ms;
  /*
   One sentence in lower case without a period, the service's own words included. Never a secret.
   */
  tollgate_text message;
  /*
   For TOLLGATE_INVALID_ARGUMENT: which input.
   */
  tollgate_text field;
  /*
   The address asked, where that matters.
   */
  tollgate_text endpoint;
  /*
   The identity asked for, where that matters.
   */
  tollgate_text identity;
  /*
   The service's code.
   */
  tollgate_text service_code;
  /*
   The service's text.
   */
  tollgate_text service_text;
  /*
   The id under which the service's people find the request.
   */
  tollgate_text correlation_id;
  /*
   What to do, where more is known than the number says: one sentence in lower case without a period.
   */
  tollgate_text advice;
} tollgate_error_view;

/*
 What the gate looks like. The texts are borrowed until the gate is freed.
 */
typedef struct {
  /*
   The folder of the gate's files; absent when none is usable.
   */
  tollgate_text directory;
  /*
   Why this process paces itself alone; absent when it shares the machine's pace.
   */
  tollgate_text alone_because;
  /*
   1: requests leave one at a time, because somebody was refused within the last minute.
   */
  uint32_t even;
  /*
   Slots held at this moment, by any process.
   */
  uint32_t slots_busy;
  /*
   Slots there are.
   */
  uint32_t slots_total;
  /*
   Callers with a place still to come.
   */
  uint32_t waiting;
  /*
   What is left of the pause that a 429 asked for, in milliseconds.
   */
  uint64_t paused_ms;
  /*
   What a caller arriving now would wait for its place, in milliseconds.
   */
  uint64_t wait_ms;
  /*
   Requests sent since the machine started.
   */
  uint64_t sent;
  /*
   Answers with 429 since the machine started.
   */
  uint64_t throttled;
  /*
   1: the ledger stands in place of one that could not be trusted, and its counters began anew with it.
   */
  uint64_t rebuilt;
  /*
   Requests sent in the last second.
   */
  uint32_t sent_last_second;
  /*
   Always 0.
   */
  uint32_t reserved;
} tollgate_gate_view;

/*
 A token in memory. The texts are borrowed until the listing is freed.
 */
typedef struct {
  /*
   What the token is for.
   */
  tollgate_text resource;
  /*
   The value that names the identity; absent when it was not named.
   */
  tollgate_text identity;
  /*
   Who issued it.
   */
  tollgate_text endpoint;
  /*
   The tenant; absent when the token does not say.
   */
  tollgate_text tenant_id;
  /*
   The end, in seconds since 1970 UTC.
   */
  int64_t expires_on;
  /*
   From when a new one is fetched behind it, in seconds since 1970 UTC.
   */
  int64_t refresh_on;
  /*
   How often it was answered from memory.
   */
  uint64_t served;
  /*
   How the identity was named.
   */
  tollgate_selector selector;
  /*
   Always 0.
   */
  uint32_t reserved;
} tollgate_entry;

/*
 The entries of a listing, borrowed until it is freed.
 */
typedef struct {
  /*
   The first entry.
   */
  const tollgate_entry *ptr;
  /*
   The number of entries.
   */
  size_t len;
} tollgate_listing_view;

/*
 A question about tenants and subscriptions.
 */
typedef struct {
  /*
   Who asks. Its resource is the audience of Azure Resource Manager; its time is for the whole question, 0 means no end.
   */
  tollgate_token_request token;
  /*
   What messages call the account.
   */
  tollgate_text account;
  /*
   The address of Azure Resource Manager.
   */
  tollgate_text arm_url;
  /*
   The tenant asked for, as an id or a domain; absent for the identity's own.
   */
  tollgate_text tenant;
  /*
   The subscription asked for, as an id or a name; absent for any.
   */
  tollgate_text subscription;
  /*
   What is to be found out: a tollgate_lookup_kind.
   */
  uint32_t kind;
  /*
   How many of the visible subscriptions are wanted besides; the largest number for all.
   */
  uint32_t population;
} tollgate_lookup_request;

/*
 Where a request stands.
 */
typedef struct {
  /*
   What it waits for.
   */
  tollgate_phase phase;
  /*
   The try this is; the first is 1, 0 is before it.
   */
  uint32_t attempt;
  /*
   What is left of this phase in milliseconds, 0 where that is not known.
   */
  uint64_t left_ms;
  /*
   The bytes of the content that have come.
   */
  uint64_t amount;
  /*
   Callers of this machine with a place at the gate still to come.
   */
  uint32_t waiting;
  /*
   Always 0.
   */
  uint32_t reserved;
} tollgate_progress;

/*
 A line a request has to say. The text is borrowed until the next line is asked for or the operation is freed.
 */
typedef struct {
  /*
   How loud.
   */
  tollgate_level level;
  /*
   Always 0.
   */
  uint32_t reserved;
  /*
   What; never a secret.
   */
  tollgate_text text;
} tollgate_event;

/*
 A header line.
 */
typedef struct {
  /*
   Its name.
   */
  tollgate_text name;
  /*
   Its value.
   */
  tollgate_text value;
} tollgate_header;

/*
 What an answer says. Texts, lines and bytes are borrowed until the response is freed.
 */
typedef struct {
  /*
   The HTTP version, such as `1.1`.
   */
  tollgate_text version;
  /*
   The address that was asked last.
   */
  tollgate_text uri;
  /*
   How it was asked, such as `GET`.
   */
  tollgate_text method;
  /*
   Where the next page is; absent on the last page, and where it was not asked for.
   */
  tollgate_text next_link;
  /*
   The first header line.
   */
  const tollgate_header *headers;
  /*
   The number of header lines.
   */
  size_t header_count;
  /*
   The first byte of the body.
   */
  const uint8_t *body;
  /*
   The number of bytes of the body in memory.
   */
  size_t body_len;
  /*
   The number of bytes written to the file, where one was asked for.
   */
  uint64_t written;
  /*
   The HTTP status.
   */
  uint32_t status;
  /*
   Always 0.
   */
  uint32_t reserved;
} tollgate_response_view;

/*
 Where tokens of one audience may go.
 */
typedef struct {
  /*
   What the tokens are for.
   */
  tollgate_text audience;
  /*
   The first host: a name, `*.` and the end of names, or a whole origin such as `http://127.0.0.1:8080`. Plain http is
   for loopback only.
   */
  const tollgate_text *hosts;
  /*
   The number of hosts.
   */
  size_t host_count;
} tollgate_realm;

/*
 A request to Azure.
 */
typedef struct {
  /*
   Who asks. Its resource is what the token is for; absent, it is found from the address. Its time is for the whole
   request; 0 means no end.
   */
  tollgate_token_request token;
  /*
   The HTTP method.
   */
  tollgate_text method;
  /*
   The whole address.
   */
  tollgate_text uri;
  /*
   The content; absent for none.
   */
  tollgate_text body;
  /*
   A file whose content is sent instead.
   */
  tollgate_text body_file;
  /*
   The content's type; absent for JSON.
   */
  tollgate_text content_type;
  /*
   A file that takes the answer's content.
   */
  tollgate_text out_file;
  /*
   The first of further header lines.
   */
  const tollgate_header *headers;
  /*
   The number of further header lines.
   */
  size_t header_count;
  /*
   The first of the realms in which tokens may be sent.
   */
  const tollgate_realm *realms;
  /*
   The number of realms.
   */
  size_t realm_count;
  /*
   1: a long-running operation is waited for.
   */
  uint32_t wait;
  /*
   Where its state is read from: a tollgate_link.
   */
  uint32_t poll_from;
  /*
   Where its result is read from: a tollgate_link.
   */
  uint32_t final_from;
  /*
   1: refusals and failures are not asked again.
   */
  uint32_t no_retry;
  /*
   1: an HTTP status that tells of an error is a failure of the operation.
   */
  uint32_t strict;
  /*
   1: the address of the next page is looked for.
   */
  uint32_t paginate;
} tollgate_rest_request;

/*
 What a token is. The texts are borrowed until the token is freed; what the token does not say is absent.
 */
typedef struct {
  /*
   The secret.
   */
  tollgate_text token;
  /*
   How to present it, usually `Bearer`.
   */
  tollgate_text token_type;
  /*
   What it is for, as it was asked.
   */
  tollgate_text resource;
  /*
   The tenant.
   */
  tollgate_text tenant_id;
  /*
   The identity's client id.
   */
  tollgate_text client_id;
  /*
   The identity's object id.
   */
  tollgate_text object_id;
  /*
   The resource (identity or machine) it was issued on.
   */
  tollgate_text resource_id;
  /*
   The end, in seconds since 1970 UTC.
   */
  int64_t expires_on;
  /*
   From when a new one is fetched behind it, in seconds since 1970 UTC.
   */
  int64_t refresh_on;
  /*
   Where it came from.
   */
  tollgate_origin origin;
  /*
   Always 0.
   */
  uint32_t reserved;
} tollgate_token_view;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 The number of the ABI that this library was built with.
 */
uint32_t tollgate_abi_version(void);

/*
 Makes a client for what the environment points to. Nothing is opened, asked or started by it. The variables are
 those of the calling process; which of them matter is known here.

 # Safety
 `variables` points to `count` variables with valid texts; `client` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_client_create(const tollgate_variable *variables,
                                       size_t count,
                                       tollgate_client **client,
                                       tollgate_error **error);

/*
 Finds the source that a changed environment points to. The next requests that name none go there; those that name one stay
 with theirs. `source` takes its number, which is good as long as the client: the same for the same source, and another for
 one that differs in its address, its secret or the identity that it takes for its default. The gate stays where it was.

 # Safety
 As for tollgate_client_create; `client` is NULL or a client that was not freed; `source` is NULL or writable.
 */
tollgate_status tollgate_client_set_environment(const tollgate_client *client,
                                                const tollgate_variable *variables,
                                                size_t count,
                                                uint32_t *source,
                                                tollgate_error **error);

/*
 Asks for a token. A cached one is there at once; the operation is made all the same.

 # Safety
 `client` is NULL or a client that was not freed; `request` is NULL or valid with its texts during the call;
 `operation` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_client_start_token(const tollgate_client *client,
                                            const tollgate_token_request *request,
                                            tollgate_operation **operation,
                                            tollgate_error **error);

/*
 Asks for a token where these variables point to, and looks at everything that may be in the way of one. It does not fail:
 what is in the way is in the diagnosis. Nothing that the client has in memory is used or changed; the source that the
 request names is compared with the one that is asked. `resource_manager` is the address of Azure Resource Manager, which is
 asked for anything without a token; absent, it is left out.

 # Safety
 As for tollgate_client_start_token, and for the variables as for tollgate_client_create; `resource_manager` is valid during
 the call.
 */
tollgate_status tollgate_client_start_diagnosis(const tollgate_client *client,
                                                const tollgate_variable *variables,
                                                size_t count,
                                                const tollgate_token_request *request,
                                                tollgate_text resource_manager,
                                                tollgate_operation **operation,
                                                tollgate_error **error);

/*
 A list of the tokens in memory, as of now.

 # Safety
 `client` is NULL or a client that was not freed; `listing` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_client_list_tokens(const tollgate_client *client,
                                            tollgate_listing **listing,
                                            tollgate_error **error);

/*
 Forgets tokens: all with `only` NULL, else those of its identity at its source, and of its resource unless that is absent. A
 token that is just being asked for goes to those who wait for it and is not kept. `removed` takes how many were in memory.

 # Safety
 `client` is NULL or a client that was not freed; `only` is NULL or valid with its texts during the call; `removed`
 is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_client_clear_tokens(const tollgate_client *client,
                                             const tollgate_token_request *only,
                                             size_t *removed,
                                             tollgate_error **error);

/*
 A look at the machine's gate, as of now.

 # Safety
 `client` is NULL or a client that was not freed; `gate` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_client_look_at_gate(const tollgate_client *client,
                                             tollgate_gate **gate,
                                             tollgate_error **error);

/*
 Frees a client. Operations under way go on.

 # Safety
 `client` is NULL or a client that was not freed and that no other call is using.
 */
void tollgate_client_free(tollgate_client *client);

/*
 Moves the diagnosis out, once. Pending: it is not complete.

 # Safety
 `operation` is NULL or an operation that was not freed; `diagnosis` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_operation_take_diagnosis(const tollgate_operation *operation,
                                                  tollgate_diagnosis **diagnosis,
                                                  tollgate_error **error);

/*
 Reads a diagnosis.

 # Safety
 `diagnosis` is NULL or a diagnosis that was not freed; `view` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_diagnosis_read(const tollgate_diagnosis *diagnosis,
                                        tollgate_diagnosis_view *view,
                                        tollgate_error **error);

/*
 Frees a diagnosis.

 # Safety
 `diagnosis` is NULL or a diagnosis that was not freed.
 */
void tollgate_diagnosis_free(tollgate_diagnosis *diagnosis);

/*
 Moves the document out, once. Pending: the request has not ended.

 # Safety
 `operation` is NULL or an operation that was not freed; `document` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_operation_take_document(const tollgate_operation *operation,
                                                 tollgate_document **document,
                                                 tollgate_error **error);

/*
 Reads a document.

 # Safety
 `document` is NULL or a document that was not freed; `view` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_document_read(const tollgate_document *document,
                                       tollgate_document_view *view,
                                       tollgate_error **error);

/*
 Frees a document.

 # Safety
 `document` is NULL or a document that was not freed.
 */
void tollgate_document_free(tollgate_document *document);

/*
 Reads a failure.

 # Safety
 `error` is NULL or an error that was not freed; `view` is NULL or writable.
 */
tollgate_status tollgate_error_read(const tollgate_error *error, tollgate_error_view *view);

/*
 Frees a failure.

 # Safety
 `error` is NULL or an error that was not freed.
 */
void tollgate_error_free(tollgate_error *error);

/*
 Reads the gate.

 # Safety
 `gate` is NULL or a gate that was not freed; `view` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_gate_read(const tollgate_gate *gate,
                                   tollgate_gate_view *view,
                                   tollgate_error **error);

/*
 Frees a look at the gate.

 # Safety
 `gate` is NULL or a gate that was not freed.
 */
void tollgate_gate_free(tollgate_gate *gate);

/*
 Reads a listing.

 # Safety
 `listing` is NULL or a listing that was not freed; `view` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_listing_read(const tollgate_listing *listing,
                                      tollgate_listing_view *view,
                                      tollgate_error **error);

/*
 Frees a listing.

 # Safety
 `listing` is NULL or a listing that was not freed.
 */
void tollgate_listing_free(tollgate_listing *listing);

/*
 Asks Azure about tenants and subscriptions. The operation ends with a document.

 # Safety
 `client` is NULL or a client that was not freed; `request` is NULL or valid with its texts during the call;
 `operation` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_client_start_lookup(const tollgate_client *client,
                                             const tollgate_lookup_request *request,
                                             tollgate_operation **operation,
                                             tollgate_error **error);

/*
 Waits for the end of a request, at most this long. Pending: `progress` is written. Ok: the result can be taken.
 A failure: the request has failed, and each wait tells so anew.

 # Safety
 `operation` is NULL or an operation that was not freed; `progress` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_operation_wait(const tollgate_operation *operation,
                                        uint32_t timeout_ms,
                                        tollgate_progress *progress,
                                        tollgate_error **error);

/*
 The next line the request has to say. Pending: there is none now.

 # Safety
 `operation` is NULL or an operation that was not freed; `event` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_operation_next_event(const tollgate_operation *operation,
                                              tollgate_event *event,
                                              tollgate_error **error);

/*
 Gives a request up: whoever waits for it is woken at once. Any number of times, from any thread.

 # Safety
 `operation` is NULL or an operation that was not freed; `error` is NULL or writable.
 */
tollgate_status tollgate_operation_cancel(const tollgate_operation *operation, tollgate_error **error);

/*
 Frees an operation; one that is under way is given up.

 # Safety
 `operation` is NULL or an operation that was not freed and that no other call is using.
 */
void tollgate_operation_free(tollgate_operation *operation);

/*
 Moves the response out, once. Pending: the request has not ended.

 # Safety
 `operation` is NULL or an operation that was not freed; `response` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_operation_take_response(const tollgate_operation *operation,
                                                 tollgate_response **response,
                                                 tollgate_error **error);

/*
 Reads a response.

 # Safety
 `response` is NULL or a response that was not freed; `view` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_response_read(const tollgate_response *response,
                                       tollgate_response_view *view,
                                       tollgate_error **error);

/*
 Reads the body of a response as a JSON document. TOLLGATE_MALFORMED_RESPONSE: it is none.

 # Safety
 `response` is NULL or a response that was not freed; `document` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_response_parse(const tollgate_response *response,
                                        tollgate_document **document,
                                        tollgate_error **error);

/*
 Frees a response.

 # Safety
 `response` is NULL or a response that was not freed.
 */
void tollgate_response_free(tollgate_response *response);

/*
 Asks Azure with a token of the identity. Whatever the HTTP status, the operation ends with the response, unless the
 request is strict.

 # Safety
 `client` is NULL or a client that was not freed; `request` is NULL or valid with its texts and arrays during the call;
 `operation` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_client_start_rest(const tollgate_client *client,
                                           const tollgate_rest_request *request,
                                           tollgate_operation **operation,
                                           tollgate_error **error);

/*
 Moves the token out, once. Pending: the request has not ended.

 # Safety
 `operation` is NULL or an operation that was not freed; `token` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_operation_take_token(const tollgate_operation *operation,
                                              tollgate_token **token,
                                              tollgate_error **error);

/*
 Reads a token.

 # Safety
 `token` is NULL or a token that was not freed; `view` is NULL or writable; `error` is NULL or writable.
 */
tollgate_status tollgate_token_read(const tollgate_token *token,
                                    tollgate_token_view *view,
                                    tollgate_error **error);

/*
 Frees a token and wipes its text.

 # Safety
 `token` is NULL or a token that was not freed.
 */
void tollgate_token_free(tollgate_token *token);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TOLLGATE_H */
